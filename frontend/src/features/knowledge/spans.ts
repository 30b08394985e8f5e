// Places in a text: the server counts characters, JavaScript counts half of some; and which words of it to mark.

/** The characters of a text as the server counts them: a code point each. */
export function characters(text: string): string[] {
  return Array.from(text);
}

const SURROGATES = /[\ud800-\udbff][\udc00-\udfff]/;

/** Finds where in a string the character of a number begins. */
export class Places {
  private readonly text: string;
  private readonly plain: boolean;

  constructor(text: string) {
    this.text = text;
    this.plain = !SURROGATES.test(text);
  }

  /** The index of the character that is the `number`th from 0; beyond the end, the end. */
  at(number: number): number {
    if (this.plain) return Math.min(number, this.text.length);
    let index = 0;
    for (let count = 0; count < number && index < this.text.length; count += 1) index += (this.text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
    return index;
  }

  slice(start: number, end: number): string {
    const from = this.at(start);
    if (this.plain) return this.text.slice(from, Math.max(from, end));
    return characters(this.text.slice(from, from + 2 * Math.max(0, end - start))).slice(0, Math.max(0, end - start)).join("");
  }

  /** Of a stretch found in the string, where it is as the server counts. */
  numberOf(index: number): number {
    return this.plain ? index : characters(this.text.slice(0, index)).length;
  }
}

export interface Stretch {
  text: string;
  marked: boolean;
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

const SPACED = /^[\p{L}\p{M}\p{N}]+$/u;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** Words of spaced letters stand alone: "rate" is not marked within "separate". */
function patternOf(word: string): RegExp {
  const alone = SPACED.test(word) && !UNSPACED.test(word);
  const [before, after] = alone ? ["(?<![\\p{L}\\p{N}])", "(?![\\p{L}\\p{N}])"] : ["", ""];
  return new RegExp(`${before}${escaped(word)}${after}`, "gu");
}

/** Cuts a text at the words that were found in it, each as it is written there. */
export function marked(text: string, words: readonly string[]): Stretch[] {
  const covered = new Uint8Array(text.length);
  for (const word of new Set(words)) {
    if (word.trim() === "") continue;
    for (const found of text.matchAll(patternOf(word))) covered.fill(1, found.index, found.index + found[0].length);
  }
  const pieces: Stretch[] = [];
  for (let from = 0, to = 0; from < text.length; from = to) {
    while (to < text.length && covered[to] === covered[from]) to += 1;
    pieces.push({ text: text.slice(from, to), marked: covered[from] === 1 });
  }
  return pieces;
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The boxes of a passage on one page, in percent of it, a little larger than the letters. */
export function boxesOn(boxes: readonly number[][], page: number): Box[] {
  const grown = 0.4;
  return boxes.flatMap(([on, left, top, right, bottom]) => {
    if (on !== page || left === undefined || top === undefined || right === undefined || bottom === undefined) return [];
    const [x, y] = [Math.max(0, left * 100 - grown), Math.max(0, top * 100 - grown)];
    return [{ left: x, top: y, width: Math.min(100, right * 100 + grown) - x, height: Math.min(100, bottom * 100 + grown) - y }];
  });
}

/** The pages that a passage is on, in order. */
export function pagesOf(passage: { page: number | null; boxes: readonly number[][] }): number[] {
  const boxed = passage.boxes.map((box) => box[0]).filter((page) => page !== undefined);
  return [...new Set([...(passage.page === null ? [] : [passage.page]), ...boxed])].sort((a, b) => a - b);
}
