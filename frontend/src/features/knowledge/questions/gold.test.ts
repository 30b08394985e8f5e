// The words that answer a question, cut out of a passage.
import type { Passage } from "@/lib/api/knowledge-types";
import { narrowed, overlaps } from "./gold";

const whole = { document_id: "d", start: 100, end: 130, quote: "🚨 Leave by the nearest stairs." };

describe("an answer", () => {
  it("is narrowed to words of its passage", () => {
    expect(narrowed(whole, "nearest stairs")).toEqual({ document_id: "d", start: 115, end: 129, quote: "nearest stairs" });
  });

  it("is not narrowed to other words", () => {
    expect(narrowed(whole, "the lift")).toBeNull();
  });

  it("belongs to the passages that have part of it", () => {
    const passage = (id: string, start: number, end: number): Passage => ({ document: { id, name: "", media_type: "" }, start, end }) as Passage;
    expect(overlaps(whole, passage("d", 120, 200))).toBe(true);
    expect(overlaps(whole, passage("d", 130, 200))).toBe(false);
    expect(overlaps(whole, passage("other", 120, 200))).toBe(false);
  });
});
