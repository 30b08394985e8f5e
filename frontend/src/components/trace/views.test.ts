// What tools leave for their views is read as it is, and never breaks the page.
import type { Call } from "@/lib/api/types";
import { currentPlan, readView } from "./views";

function call(more: Partial<Call>): Call {
  return {
    kind: "call", turn: 1, call_id: "c1", name: "python", arguments: "{}", status: "finished", outcome: "done", output: "", started_ms: 0, finished_ms: 1,
    decision: null, progress: null, metadata: "", view: null, artefacts: [], sources: [], ...more,
  };
}

describe("readView", () => {
  it("reads every kind of output of the interpreter", () => {
    const outputs = [{ type: "text", text: "hi" }, { type: "error", name: "ValueError", message: "no", traceback: "Traceback" }, { type: "table", columns: ["a", 1], rows: [[1, null]], truncated: true }, { type: "image", id: "f1" }];
    expect(readView(call({ view: { kind: "python", code: "x", outputs, ended: "timeout", variables_lost: true } }))).toEqual({
      kind: "python", code: "x", ended: "timeout", variablesLost: true, notes: [],
      outputs: [{ type: "text", text: "hi" }, { type: "error", text: "Traceback" }, { type: "table", columns: ["a", "1"], rows: [["1", ""]], truncated: true }, { type: "image", fileId: "f1" }],
    });
  });

  it("shows the code while it still runs", () => {
    expect(readView(call({ status: "running", arguments: '{"code":"1+1"}' }))).toMatchObject({ kind: "python", code: "1+1", outputs: [] });
  });

  it.each([[{ kind: "constructor" }], [{ kind: "newer" }], [{}], [{ kind: 7 }]])("falls back to JSON for %j", (view) => {
    expect(readView(call({ view }))).toEqual({ kind: "json" });
  });

  it.each(["python", "search", "page", "image", "plan", "memory"])("survives a %s view in which nothing is as it should be", (kind) => {
    const odd = { kind, outputs: 3, results: [null, 7], steps: "x", visible: [1], code: null, text: {}, number: "1" };
    expect(readView(call({ view: odd })).kind).toBe(kind);
  });

  it("finds the newest plan", () => {
    const plan = (text: string): Call => call({ name: "update_plan", view: { kind: "plan", steps: [{ text, status: "odd" }] } });
    expect(currentPlan([plan("old"), plan("new"), call({})])).toEqual([{ text: "new", status: "pending" }]);
  });
});
