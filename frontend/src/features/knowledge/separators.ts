// One's own separators as they are typed: one a line, with \n and \t written out.

export function showSeparators(separators: readonly string[]): string {
  return separators.map((one) => one.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t")).join("\n");
}

const meanings: Record<string, string> = { n: "\n", t: "\t", "\\": "\\" };

export function readSeparators(text: string): string[] {
  return text.split("\n").map((line) => line.replace(/\\([nt\\])/g, (_, letter: string) => meanings[letter] ?? "")).filter((one) => one !== "");
}
