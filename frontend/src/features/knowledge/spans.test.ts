// Places as the server counts them, and words that are marked.
import { boxesOn, marked, pagesOf, Places } from "./spans";

const shown = (text: string, words: string[]): string => marked(text, words).map((piece) => (piece.marked ? `[${piece.text}]` : piece.text)).join("");

describe("places", () => {
  it("count a character outside the first plane as one", () => {
    const places = new Places("🚨 到 𠮷野家");
    expect(places.slice(0, 1)).toBe("🚨");
    expect(places.slice(4, 7)).toBe("𠮷野家");
    expect(places.numberOf("🚨 到 ".length)).toBe(4);
    expect(places.at(99)).toBe("🚨 到 𠮷野家".length);
  });

  it("are plain where there is none", () => {
    const places = new Places("年假 25 天");
    expect(places.slice(3, 5)).toBe("25");
    expect(places.slice(5, 3)).toBe("");
  });
});

describe("marked words", () => {
  it("are whole words where words are spaced", () => {
    expect(shown("A rate, not separate rates", ["rate"])).toBe("A [rate], not separate rates");
  });

  it("may overlap where they are not", () => {
    expect(shown("研究人工智能的人", ["人工", "工智", "智能"])).toBe("研究[人工智能]的人");
  });

  it("are taken as they are written, never as patterns", () => {
    expect(shown("a.b axb (a+b)", ["a.b", "(a+b)"])).toBe("[a.b] axb [(a+b)]");
  });

  it("may be none", () => {
    expect(marked("text", ["", "  "])).toEqual([{ text: "text", marked: false }]);
    expect(marked("", ["text"])).toEqual([]);
  });
});

describe("boxes", () => {
  it("are told in percent of their own page, within it", () => {
    expect(boxesOn([[1, 0, 0.5, 1, 0.6], [2, 0, 0, 1, 1], [1]], 1)).toEqual([{ left: 0, top: 49.6, width: 100, height: 60.4 - 49.6 }]);
  });

  it("say which pages a passage is on", () => {
    expect(pagesOf({ page: 3, boxes: [[4, 0, 0, 1, 1], [3, 0, 0, 1, 1]] })).toEqual([3, 4]);
    expect(pagesOf({ page: null, boxes: [] })).toEqual([]);
  });
});
