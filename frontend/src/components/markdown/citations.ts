// Finds the marks by which an answer names its sources, `【7†source】`, and makes elements of them.
import type { Element, ElementContent, Parents, Root, Text } from "hast";
import type { Citation } from "@/lib/api/types";
import { markDoubts, type Verdicts } from "./doubts";

const MARK = /【(\d{1,6})†([^【】\n]{0,200})】/g;
const MARKUP = /[*_~`<>[\]()|\\:&!$]|www\./;
const HALF_MARK = /【[^【】\n]{0,208}$/;

export function countMarks(text: string): number {
  return text.match(MARK)?.length ?? 0;
}

/** The citation of a mark, by its place among all marks, else by its number. */
export function citationAt(citations: readonly Citation[], index: number, number: number): Citation | undefined {
  return citations[index]?.number === number ? citations[index] : citations.find((one) => one.number === number);
}

/** What was found of the citations of a block's marks, the first of which is the `first` of the answer. */
export function verdictsOf(block: string, citations: readonly Citation[], first: number): Verdicts {
  return [...block.matchAll(MARK)].map((mark, index) => {
    const citation = citationAt(citations, first + index, Number(mark[1]));
    return citation?.valid ? "v" : citation?.invalid_reason === "not_supported" ? "d" : "-";
  }).join("");
}

/** A text whose marks hold nothing that Markdown would take for its own, such as an address. */
export function withPlainMarks(text: string): string {
  return text.replace(MARK, (mark, number: string, label: string) => (MARKUP.test(label) ? `【${number}†】` : mark));
}

/** A text still being written, less a mark that is not yet whole. */
export function withoutHalfMark(text: string): string {
  return text.replace(HALF_MARK, "");
}

/**
 * A rehype plugin: each mark becomes `<cite>` with its number and with its place among all marks of the answer, of
 * which `first` come before this block. Marks in code are counted and left as they are. Sentences in doubt become `<mark>`.
 */
export function citeMarks({ first, verdicts }: { first: number; verdicts: Verdicts }): (tree: Root) => void {
  return (tree) => {
    let index = first;
    const visit = (parent: Parents, inCode: boolean): void => {
      const children: ElementContent[] = [];
      for (const child of parent.children as ElementContent[]) {
        if (child.type === "text" && !inCode) children.push(...cut(child, () => index++));
        else {
          if (child.type === "text") index += countMarks(child.value);
          if (child.type === "element") visit(child, inCode || child.tagName === "code");
          children.push(child);
        }
      }
      parent.children = children;
    };
    visit(tree, false);
    markDoubts(tree, verdicts, first);
  };
}

function cut(node: Text, next: () => number): ElementContent[] {
  const parts: ElementContent[] = [];
  let from = 0;
  for (const mark of node.value.matchAll(MARK)) {
    if (mark.index > from) parts.push({ type: "text", value: node.value.slice(from, mark.index) });
    parts.push(citation(mark[1] ?? "", next()));
    from = mark.index + mark[0].length;
  }
  if (from === 0) return [node];
  if (from < node.value.length) parts.push({ type: "text", value: node.value.slice(from) });
  return parts;
}

function citation(number: string, index: number): Element {
  return { type: "element", tagName: "cite", properties: { dataNumber: number, dataIndex: index }, children: [{ type: "text", value: number }] };
}
