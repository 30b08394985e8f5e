// The words of Figure 4 stand where they are true, and nowhere else.
import type { Call, Item, Turn } from "@/lib/api/types";
import { countPhases, phasesOf } from "./phases";

const turn = (number: number, calls: string[]): Turn => ({
  kind: "turn", turn: number, status: "finished", text: "", reasoning: "", calls: calls.map((name) => ({ id: name, name, arguments: "{}" })), finish_reason: "stop", usage: null,
  started_ms: 0, finished_ms: 1, first_token_ms: null, citations: [],
});
const call = (name: string, view: Call["view"] = null): Call => ({
  kind: "call", turn: 1, call_id: name, name, arguments: "{}", status: "finished", outcome: "done", output: "", started_ms: 0, finished_ms: 1, decision: null, progress: null, metadata: "", view, artefacts: [], sources: [],
});

describe("phases", () => {
  it("of a plain answer are only analysis", () => {
    expect(countPhases([turn(1, [])])).toEqual([["analyze", 1]]);
  });

  it("follow a run that plans, searches, works out and calls a function", () => {
    const items: Item[] = [turn(1, ["update_plan"]), call("update_plan", { kind: "plan", steps: [] }), turn(2, ["browser_search"]), call("browser_search", { kind: "search", results: [{ number: 1 }] }), turn(3, ["python"]), call("python", { kind: "python" }), turn(4, ["rate"]), call("rate"), turn(5, [])];
    expect(phasesOf(items, 0)).toEqual(["analyze", "tool_call"]);
    expect(phasesOf(items, 2)).toEqual(["feedback", "tool_call", "recursive_execute"]);
    expect(phasesOf(items, 8)).toEqual(["feedback"]);
    expect(countPhases(items)).toEqual([["plan", 1], ["analyze", 1], ["tool_call", 4], ["execution", 3], ["external_knowledge", 1], ["function_call", 1], ["feedback", 4], ["recursive_execute", 3]]);
  });

  it("know a user's function by its view", () => {
    expect(phasesOf([call("rate", { kind: "function", output: "1", printed: "" })], 0)).toEqual(["execution", "function_call"]);
  });

  it("call no tool of the platform a function of the user", () => {
    expect(phasesOf([call("calculator")], 0)).toEqual(["execution"]);
    expect(phasesOf([call("python")], 0)).toEqual(["execution"]);
  });

  it("claim no knowledge where no page was opened and nothing was found", () => {
    expect(phasesOf([{ ...call("browser_open"), outcome: "error" }], 0)).toEqual(["execution"]);
    expect(phasesOf([call("browser_search", { kind: "search", results: [] })], 0)).toEqual(["execution"]);
  });

  it("claim no execution of what was not allowed, or was done by the caller", () => {
    expect(phasesOf([{ ...call("send_mail"), outcome: "denied", decision: "denied" }], 0)).toEqual([]);
    expect(phasesOf([{ ...call("send_mail"), decision: "answered" }], 0)).toEqual(["function_call"]);
  });
});
