// Times and lengths of a run, as its page tells them.
import type { Call, Item, RunState, Turn } from "@/lib/api/types";
import { formatLength } from "@/lib/format";
import { longestContext, makeTimeline, waitedFor } from "./timeline";

const turn: Turn = {
  kind: "turn", turn: 1, status: "finished", text: "", reasoning: "", calls: [], finish_reason: "tool_calls", usage: { prompt_tokens: 900, completion_tokens: 100 },
  started_ms: 1000, finished_ms: 2000, first_token_ms: 100, citations: [],
};
const call: Call = {
  kind: "call", turn: 1, call_id: "c", name: "send_mail", arguments: "{}", status: "finished", outcome: "done", output: "", started_ms: 6000, finished_ms: 11_000,
  decision: "approved", progress: null, metadata: "", view: null, artefacts: [], sources: [],
};
const items: Item[] = [turn, call];

describe("a timeline", () => {
  it("tells how long a call waited for a person", () => {
    expect(waitedFor(items, call)).toBe(4000);
    expect(waitedFor(items, { ...call, decision: null })).toBeNull();
  });

  it("draws the wait before the call", () => {
    const run: RunState = { status: "finished", attempt: 2, items, usage: { prompt_tokens: 0, completion_tokens: 0 }, error: null, waiting: [], last_seq: 9, model: "" };
    expect(makeTimeline(run, 0).bars.map(({ start, asked }) => [start, asked])).toEqual([[0, null], [0.5, 0.1]]);
  });

  it("tells the most that was read at once", () => {
    expect(longestContext([...items, { ...turn, usage: { prompt_tokens: 2000, completion_tokens: 5 } }])).toBe(2005);
    expect(longestContext([])).toBe(0);
  });

  it.each([[999, "999"], [2005, "2K"], [2490, "2.5K"], [8192, "8K"], [128_000, "128K"], [131_072, "128K"]])("tells %i tokens as %s", (tokens, told) => {
    expect(formatLength(tokens)).toBe(told);
  });
});
