// The part of a text around a passage, block by block, with the passage marked.
import type { DocumentText } from "@/lib/api/knowledge-types";
import { characters, Places } from "../spans";

export interface Span {
  start: number;
  end: number;
}

export interface ShownPiece {
  text: string;
  /** Of the passage. */
  marked: boolean;
  /** Of the words that were quoted from it. */
  quoted: boolean;
}

export interface ShownBlock {
  kind: string;
  level: number;
  pieces: ShownPiece[];
}

export interface TextWindow {
  blocks: ShownBlock[];
  /** Whether there is more of the text before and after. */
  before: boolean;
  after: boolean;
}

/** `around`: how many characters are shown before and after the passage, to the end of their blocks. */
export function windowOf({ text, blocks }: Pick<DocumentText, "text" | "blocks">, span: Span | null, around: number, quote: Span | null = null): TextWindow {
  const places = new Places(text);
  const length = places.numberOf(text.length);
  const wanted = { start: Math.max(0, (span?.start ?? 0) - around), end: Math.min(length, (span?.end ?? 0) + around) };
  const all = blocks.length > 0 ? blocks : lines(text);
  const shown = all.filter((block) => block.end > wanted.start && block.start < wanted.end && block.end > block.start);
  const from = shown[0]?.start ?? 0;
  const to = shown.at(-1)?.end ?? 0;
  const inside = new Places(places.slice(from, to));
  const within = (one: Span | null): Span | null => one && { start: one.start - from, end: one.end - from };
  return {
    blocks: shown.map((block) => ({ kind: block.kind, level: block.level, pieces: piecesOf(inside, { start: block.start - from, end: block.end - from }, within(span), within(quote)) })),
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

/** A block cut wherever the passage or the quote begins or ends in it. */
function piecesOf(inside: Places, block: Span, span: Span | null, quote: Span | null): ShownPiece[] {
  const places = [span?.start, span?.end, quote?.start, quote?.end].filter((one) => one !== undefined && one > block.start && one < block.end) as number[];
  const cuts = [...new Set([block.start, ...places, block.end])].sort((a, b) => a - b);
  const isIn = (place: number, one: Span | null): boolean => one !== null && place >= one.start && place < one.end;
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index] ?? 0;
    return { text: inside.slice(start, end), marked: isIn(start, span), quoted: isIn(start, quote) };
  });
}

/** Where a quote stands within a passage; null where it does not, or is the whole of it. */
export function placeWithin(text: string, span: Span, quote: string): Span | null {
  const found = placeOf(new Places(text).slice(span.start, span.end), quote);
  return found && found.end - found.start < span.end - span.start ? { start: span.start + found.start, end: span.start + found.end } : null;
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
