// Recognises formulas in the ways models write them, and brings them into one.

const CODE = /(`+)[\s\S]*?\1/g;
const PARENS = /\\\(([\s\S]+?)\\\)/g;
const BRACKETS = /\\\[([\s\S]+?)\\\]/g;
const SINGLE = /(?<![\\$\d])\$(?![\s$])([^$\n]*?[^\s$\\])\$(?![\d$])/g;

export function hasMath(text: string): boolean {
  return text.includes("$") || text.includes("\\(") || text.includes("\\[");
}

/** `\(x\)`, `\[x\]` and `$x$` become `$$x$$`; prices such as $5 and code stay as they are. */
export function normaliseMath(text: string): string {
  let result = "";
  let from = 0;
  for (const code of text.matchAll(CODE)) {
    result += convert(text.slice(from, code.index)) + code[0];
    from = code.index + code[0].length;
  }
  return result + convert(text.slice(from));
}

function convert(text: string): string {
  return text
    .replace(BRACKETS, (_, formula: string) => `\n$$\n${formula.trim()}\n$$\n`)
    .replace(PARENS, (_, formula: string) => `$$${formula.trim()}$$`)
    .replace(SINGLE, (_, formula: string) => `$$${formula}$$`);
}
