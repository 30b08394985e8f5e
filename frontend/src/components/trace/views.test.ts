// What tools leave for their views is read as it is, and never breaks the page.
import type { Call } from "@/lib/api/types";
import { currentPlan, readableArguments, readView, stateOf } from "./views";

function call(more: Partial<Call>): Call {
  return {
    kind: "call", turn: 1, call_id: "c1", name: "python", arguments: "{}", status: "finished", outcome: "done", output: "", started_ms: 0, finished_ms: 1,
    decision: null, progress: null, metadata: "", view: null, artefacts: [], sources: [], ...more,
  };
}

describe("readView", () => {
  it("reads every kind of output of the interpreter", () => {
    const outputs = [{ type: "text", text: "hi" }, { type: "error", name: "ValueError", message: "no", traceback: "Traceback" }, { type: "table", columns: ["a", 1], rows: [[1, null]], truncated: true, shape: [80, 1] }, { type: "image", id: "f1", name: "plot-1.png", media_type: "image/png" }];
    expect(readView(call({ view: { kind: "python", code: "x", outputs, ended: "timeout", variables_lost: true } }))).toEqual({
      kind: "python", code: "x", ended: "timeout", variablesLost: true, notes: [],
      outputs: [{ type: "text", text: "hi" }, { type: "error", text: "Traceback" }, { type: "table", columns: ["a", "1"], rows: [["1", ""]], truncated: true, shape: [80, 1] }, { type: "image", fileId: "f1", name: "plot-1.png" }],
    });
  });

  it("reads what a user's function gave and printed", () => {
    expect(readView(call({ name: "rate", view: { kind: "function", output: "0.5", printed: "hm\n" } }))).toEqual({ kind: "function", output: "0.5", printed: "hm\n" });
  });

  it("shows the code while it still runs", () => {
    expect(readView(call({ status: "running", arguments: '{"code":"1+1"}' }))).toMatchObject({ kind: "python", code: "1+1", outputs: [] });
  });

  it.each([[{ kind: "constructor" }], [{ kind: "newer" }], [{}], [{ kind: 7 }]])("falls back to JSON for %j", (view) => {
    expect(readView(call({ view }))).toEqual({ kind: "json" });
  });

  it.each(["python", "search", "page", "image", "plan", "memory", "function"])("survives a %s view in which nothing is as it should be", (kind) => {
    const odd = { kind, outputs: 3, results: [null, 7], steps: "x", visible: [1], code: null, text: {}, number: "1" };
    expect(readView(call({ view: odd })).kind).toBe(kind);
  });

  it("reads pages that were opened at once, and those that were not", () => {
    const view = { kind: "page", title: "A", url: "https://a.example", text: "a", number: 3, visible: [0, 40], screenshot: null, more: [{ title: "B", url: "https://b.example", text: "b", number: 4, visible: [0, 100], screenshot: null }], failed: [{ id: 9, reason: "It is too large." }] };
    expect(readView(call({ name: "browser_click", view }))).toMatchObject({ title: "A", visible: [0, 40], more: [{ title: "B", number: 4 }], failed: [{ id: "9", reason: "It is too large." }] });
  });

  it.each([
    ["python", { code: "1/0" }, { kind: "python", code: "1/0" }],
    ["browser_open", { url: "https://a.example" }, { kind: "page", url: "https://a.example" }],
    ["browser_find", { text: "people" }, { kind: "page", text: "" }],
    ["text_to_image", { prompt: "a fox" }, { kind: "image", prompt: "a fox" }],
    ["remember", { fact: "likes tea" }, { kind: "memory", text: "likes tea" }],
  ])("keeps the face of %s when it failed", (name, given, view) => {
    expect(readView(call({ name, arguments: JSON.stringify(given), outcome: "error" }))).toMatchObject(view);
  });

  it("takes no plan that was refused for the plan", () => {
    expect(currentPlan([call({ name: "update_plan", arguments: '{"steps":[{"text":"x"}]}', outcome: "error" })])).toBeNull();
  });

  it("finds the newest plan", () => {
    const plan = (text: string): Call => call({ name: "update_plan", view: { kind: "plan", steps: [{ text, status: "odd" }] } });
    expect(currentPlan([plan("old"), plan("new"), call({})])).toEqual([{ text: "new", status: "pending" }]);
  });
});

describe("stateOf", () => {
  const ran = (more: object): Call => call({ view: { kind: "python", code: "x", outputs: [], ended: null, ...more } });

  it("calls code failed that ran into an error or was stopped", () => {
    expect(stateOf(ran({}))).toBe("done");
    expect(stateOf(ran({ outputs: [{ type: "error", name: "ValueError", message: "", traceback: "" }] }))).toBe("error");
    expect(stateOf(ran({ ended: "memory" }))).toBe("error");
  });

  it("leaves every other outcome as it is", () => {
    expect(stateOf(call({ status: "running", outcome: null }))).toBe("running");
    expect(stateOf({ ...ran({ ended: "timeout" }), outcome: "cancelled" })).toBe("cancelled");
    expect(stateOf(call({ name: "send_mail", outcome: "denied" }))).toBe("denied");
  });
});

describe("readableArguments", () => {
  it.each([['{"code": "print(1', null], ["[1]", null], ["null", null], ['{"x": 1}', { x: 1 }]])("reads %s", (written, read) => {
    expect(readableArguments({ arguments: written })).toEqual(read);
  });
});
