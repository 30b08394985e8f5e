// The part of a text around a passage, block by block, with the passage marked.
import type { DocumentText } from "@/lib/api/knowledge-types";
import { characters, Places, type Stretch } from "../spans";

export interface Span {
  start: number;
  end: number;
}

export interface ShownBlock {
  kind: string;
  level: number;
  pieces: Stretch[];
}

export interface TextWindow {
  blocks: ShownBlock[];
  /** Whether there is more of the text before and after. */
  before: boolean;
  after: boolean;
}

/** `around`: how many characters are shown before and after the passage, to the end of their blocks. */
export function windowOf({ text, blocks }: Pick<DocumentText, "text" | "blocks">, span: Span | null, around: number): TextWindow {
  const places = new Places(text);
  const length = places.numberOf(text.length);
  const wanted = { start: Math.max(0, (span?.start ?? 0) - around), end: Math.min(length, (span?.end ?? 0) + around) };
  const all = blocks.length > 0 ? blocks : lines(text);
  const shown = all.filter((block) => block.end > wanted.start && block.start < wanted.end && block.end > block.start);
  const from = shown[0]?.start ?? 0;
  const to = shown.at(-1)?.end ?? 0;
  const inside = new Places(places.slice(from, to));
  return {
    blocks: shown.map((block) => ({ kind: block.kind, level: block.level, pieces: piecesOf(inside, { start: block.start - from, end: block.end - from }, span && { start: span.start - from, end: span.end - from }) })),
    before: all.some((block) => block.end <= from && block.end > block.start),
    after: all.some((block) => block.start >= to && block.end > block.start),
  };
}

/** A text of which no blocks are known is shown by its paragraphs. */
function lines(text: string): { kind: string; start: number; end: number; level: number }[] {
  const places = new Places(text);
  return [...text.matchAll(/[^\n]+(\n(?!\n)[^\n]+)*/g)].map((found) => {
    const start = places.numberOf(found.index);
    return { kind: "paragraph", level: 0, start, end: start + characters(found[0]).length };
  });
}

function piecesOf(inside: Places, block: Span, span: Span | null): Stretch[] {
  const start = Math.max(block.start, Math.min(block.end, span?.start ?? block.end));
  const end = Math.max(start, Math.min(block.end, span?.end ?? block.end));
  const cut: [number, number, boolean][] = [[block.start, start, false], [start, end, true], [end, block.end, false]];
  return cut.filter(([from, to]) => to > from).map(([from, to, isMarked]) => ({ text: inside.slice(from, to), marked: isMarked }));
}

/** Where a quote stands, as far as white space may differ; null where it does not. */
export function placeOf(text: string, quote: string): Span | null {
  const words = quote.trim().split(/\s+/).filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (words.length === 0) return null;
  const found = new RegExp(words.join("\\s+"), "u").exec(text);
  if (!found) return null;
  const start = new Places(text).numberOf(found.index);
  return { start, end: start + characters(found[0]).length };
}
