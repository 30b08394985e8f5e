// The part of a text that is shown around a passage.
import { placeOf, placeWithin, windowOf } from "./window";

const text = "# One\n\nFirst 🚨 words.\n\nSecond words.\n\nThird words.";
const block = (kind: string, start: number, end: number, level = 0) => ({ kind, start, end, level, page: null, box: null });
/** Counted as Python counts. */
const blocks = [block("heading", 0, 5, 1), block("paragraph", 7, 21), block("paragraph", 23, 36), block("paragraph", 38, 50)];
const shown = (found: ReturnType<typeof windowOf>): string[] => found.blocks.map((one) => one.pieces.map((piece) => (piece.marked ? `[${piece.text}]` : piece.text)).join(""));

describe("the window on a text", () => {
  it("marks the passage in each of its blocks", () => {
    expect(shown(windowOf({ text, blocks }, { start: 13, end: 29 }, 100))).toEqual(["# One", "First [🚨 words.]", "[Second] words.", "Third words."]);
  });

  it("has whole blocks, and says that there is more", () => {
    const found = windowOf({ text, blocks }, { start: 23, end: 29 }, 0);
    expect(shown(found)).toEqual(["[Second] words."]);
    expect([found.before, found.after]).toEqual([true, true]);
  });

  it("begins at the beginning without a passage, and ends at the end", () => {
    const found = windowOf({ text, blocks }, null, 10);
    expect(shown(found)).toEqual(["# One", "First 🚨 words."]);
    expect([found.before, found.after]).toEqual([false, true]);
  });

  it("takes paragraphs where no blocks are known", () => {
    expect(shown(windowOf({ text: "One\nline\n\nTwo", blocks: [] }, { start: 10, end: 13 }, 50))).toEqual(["One\nline", "[Two]"]);
  });
});

describe("a quote", () => {
  it("is told apart within its passage, and goes on over blocks", () => {
    const found = windowOf({ text, blocks }, { start: 7, end: 36 }, 0, placeWithin(text, { start: 7, end: 36 }, "🚨 words. Second"));
    expect(found.blocks.map((one) => one.pieces.map((piece) => [piece.text, piece.marked, piece.quoted]))).toEqual([
      [["First ", true, false], ["🚨 words.", true, true]],
      [["Second", true, true], [" words.", true, false]],
    ]);
  });

  it("is not told apart where it is the whole passage, or not of it", () => {
    expect(placeWithin(text, { start: 23, end: 36 }, "Second words.")).toBeNull();
    expect(placeWithin(text, { start: 23, end: 36 }, "First")).toBeNull();
  });

  it("is found though white space differs", () => {
    expect(placeOf(text, "words.  Second")).toEqual({ start: 15, end: 29 });
  });

  it("is not found where it does not stand", () => {
    expect(placeOf(text, "Fourth")).toBeNull();
    expect(placeOf(text, "  ")).toBeNull();
  });
});
