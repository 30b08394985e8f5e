// Two evaluations side by side.
import type { Evaluation } from "@/lib/api/knowledge-types";
import { changesBetween, newestOf } from "./comparison";

const evaluation = (ranks: Record<string, number | null>, more: Partial<Evaluation> = {}): Evaluation => ({
  id: "e", index_id: "i", status: "done", error: null, metrics: null, by_mode: {}, created_at: "2026-01-01",
  results: Object.entries(ranks).map(([question_id, rank]) => ({ question_id, rank })), ...more,
});

describe("a comparison", () => {
  it("tells what is found elsewhere, the worst first", () => {
    const changes = changesBetween(evaluation({ a: 1, b: 2, c: null, d: 4 }), evaluation({ a: 1, b: null, c: 3, d: 5, new: 1 }));
    expect(changes.map((one) => one.questionId)).toEqual(["b", "d", "c"]);
  });

  it("takes the newest evaluation of an index that has ended", () => {
    const old = evaluation({}, { id: "old", created_at: "2026-01-01" });
    const fresh = evaluation({}, { id: "fresh", created_at: "2026-01-02" });
    const running = evaluation({}, { id: "running", status: "running", created_at: "2026-01-03" });
    const other = evaluation({}, { id: "other", index_id: "j", created_at: "2026-01-04" });
    expect(newestOf([other, running, fresh, old], "i")?.id).toBe("fresh");
    expect(newestOf([running], "i")).toBeNull();
  });
});
