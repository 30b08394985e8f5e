// Finds the sentences of an answer that their sources do not seem to bear out, and makes `<mark>` of their words.
import type { Element, Parents, Root, Text } from "hast";

/** Of each citation in turn: `v` is borne out, `d` is in doubt, `-` refers to nothing. */
export type Verdicts = string;

interface Leaf {
  parent: Parents;
  node: Text;
}

interface Claim {
  leaves: Leaf[];
  /** The citation whose card says why. */
  index: number;
}

const BLOCKS = new Set(["p", "li", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "td", "th", "pre", "hr", "br", "section"]);
const SENTENCE_END = /(?<=[.!?;])\s+|(?<=[。！？；])\s*|\n+/g;

/** A sentence is in doubt when one of its citations is, and none bears it out: the server judges the last one before the marks. */
export function markDoubts(tree: Root, verdicts: Verdicts, first: number): void {
  if (!verdicts.includes("d")) return;
  const reader = new ClaimReader((index) => verdicts[index - first] ?? "-");
  reader.read(tree);
  for (const claim of reader.end()) wrap(claim);
}

class ClaimReader {
  private leaves: Leaf[] = [];
  private group: number[] = [];
  private readonly claims: Claim[] = [];
  private readonly verdictOf: (index: number) => string;

  constructor(verdictOf: (index: number) => string) {
    this.verdictOf = verdictOf;
  }

  read(parent: Parents): void {
    for (const child of parent.children) {
      if (child.type === "text") this.text({ parent, node: child });
      else if (child.type === "element") this.element(child);
    }
  }

  end(): Claim[] {
    this.close();
    return this.claims;
  }

  private element(element: Element): void {
    if (element.tagName === "cite") {
      this.group.push(Number(element.properties.dataIndex));
    } else if (!isFormula(element)) {
      const block = BLOCKS.has(element.tagName);
      if (block) this.close();
      this.read(element);
      if (block) this.close();
    }
  }

  private text(leaf: Leaf): void {
    if (this.group.length > 0 && leaf.node.value.trim() === "") return;
    if (this.group.length > 0) this.close();
    this.leaves.push(leaf);
  }

  private close(): void {
    const verdicts = this.group.map(this.verdictOf);
    const index = this.group[verdicts.indexOf("d")];
    if (index !== undefined && !verdicts.includes("v")) this.claims.push({ leaves: this.leaves, index });
    this.leaves = [];
    this.group = [];
  }
}

function isFormula({ properties }: Element): boolean {
  return Array.isArray(properties.className) && properties.className.some((name) => name.startsWith("katex"));
}

/** Where the last sentence of a text begins and ends. */
export function lastSentence(text: string): { from: number; to: number } {
  const said = text.trimEnd();
  let from = 0;
  for (const end of said.matchAll(SENTENCE_END)) if (end.index + end[0].length < said.length) from = end.index + end[0].length;
  return { from: from + (/^\s*/.exec(said.slice(from))?.[0].length ?? 0), to: said.length };
}

function wrap({ leaves, index }: Claim): void {
  const { from, to } = lastSentence(leaves.map(({ node }) => node.value).join(""));
  let at = 0;
  for (const { parent, node } of leaves) {
    const { value } = node;
    const [start, end] = [Math.max(0, from - at), Math.min(value.length, to - at)];
    at += value.length;
    if (end <= start) continue;
    const mark: Element = { type: "element", tagName: "mark", properties: { dataIndex: index }, children: [{ type: "text", value: value.slice(start, end) }] };
    const pieces = [...textOf(value.slice(0, start)), mark, ...textOf(value.slice(end))];
    (parent.children as (Element | Text)[]).splice((parent.children as (Element | Text)[]).indexOf(node), 1, ...pieces);
  }
}

function textOf(value: string): Text[] {
  return value === "" ? [] : [{ type: "text", value }];
}
