// A run rebuilt from its events is the run the server has.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunState } from "@/lib/api/types";
import type { RunEvent } from "@/lib/events.gen";
import { applyEvent, emptyRun } from "./applyEvent";

interface Journal {
  events: RunEvent[];
  state: Omit<RunState, "model">;
}

type Loose = { type: RunEvent["type"] } & Record<string, unknown>;
const usage = { prompt_tokens: 10, completion_tokens: 4 };

function journal(...events: Loose[]): RunEvent[] {
  return events.map((event, index) => ({ seq: index + 1, at_ms: 1000 + index, ...event }) as unknown as RunEvent);
}

const fold = (events: RunEvent[]): RunState => events.reduce(applyEvent, emptyRun);

const folder = join(process.cwd(), "../tests/journals");
const recorded = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];

describe.runIf(recorded.length > 0)("recorded journals", () => {
  it.each(recorded)("%s adds up to the state the server has", (name) => {
    const { events, state } = JSON.parse(readFileSync(join(folder, name), "utf8")) as Journal;
    expect(fold(events)).toMatchObject(state);
    expect(fold(events).items).toEqual(state.items);
  });
});

const talk = journal(
  { type: "run_started", attempt: 1, model: "toy" },
  { type: "turn_started", turn: 1 },
  { type: "reasoning_added", turn: 1, text: "Hm" },
  { type: "text_added", turn: 1, text: "Let me " },
  { type: "text_added", turn: 1, text: "look." },
  { type: "turn_finished", turn: 1, text: "Let me look.", reasoning: "Hm.", calls: [{ id: "c1", name: "clock", arguments: "{}" }], finish_reason: "tool_calls", usage, first_token_ms: 90 },
  { type: "call_started", turn: 1, call_id: "c1", name: "clock", arguments: "{}" },
  { type: "call_finished", call_id: "c1", outcome: "done", output: "noon" },
  { type: "run_finished", usage },
);

describe("applyEvent", () => {
  it("builds turns and calls in order", () => {
    const run = fold(talk);
    expect(run).toMatchObject({ status: "finished", attempt: 1, model: "toy", usage, last_seq: 9, error: null });
    expect(run.items).toMatchObject([
      { kind: "turn", status: "finished", text: "Let me look.", reasoning: "Hm.", started_ms: 1001, finished_ms: 1005, first_token_ms: 90 },
      { kind: "call", status: "finished", outcome: "done", output: "noon", started_ms: 1006, finished_ms: 1007 },
    ]);
  });

  it("shows streamed text before the turn is finished", () => {
    expect(fold(talk.slice(0, 5)).items).toMatchObject([{ status: "streaming", text: "Let me look.", reasoning: "Hm", finish_reason: null }]);
  });

  it("ignores events it has seen", () => {
    const once = fold(talk.slice(0, 5));
    expect(talk.slice(0, 5).reduce(applyEvent, once)).toBe(once);
  });

  it("drops a withdrawn turn and takes the next one in its place", () => {
    const run = fold(journal(
      { type: "run_started", attempt: 1, model: "toy" },
      { type: "turn_started", turn: 1 },
      { type: "text_added", turn: 1, text: "Half an ans" },
      { type: "turn_withdrawn", turn: 1, reason: "worker_lost" },
      { type: "run_started", attempt: 2, model: "toy" },
      { type: "turn_started", turn: 1 },
      { type: "text_added", turn: 1, text: "Whole" },
    ));
    expect(run.attempt).toBe(2);
    expect(run.items).toMatchObject([{ kind: "turn", turn: 1, text: "Whole" }]);
  });

  it("rebuilds an old run whose deltas are gone, although the numbers jump", () => {
    const old = talk.filter((event) => event.type !== "text_added" && event.type !== "reasoning_added");
    expect(fold(old)).toEqual(fold(talk));
  });

  it("never changes the state it was given", () => {
    const before = fold(talk.slice(0, 7));
    const copy = structuredClone(before);
    talk.slice(7).reduce(applyEvent, before);
    expect(before).toEqual(copy);
  });

  const waiting = [{ call_id: "c1", name: "send_mail", arguments: "{}", waits_for: "approval" }];
  const paused = journal(
    { type: "run_started", attempt: 1, model: "toy" },
    { type: "run_paused", waiting },
    { type: "run_started", attempt: 2, model: "toy" },
    { type: "call_started", turn: 1, call_id: "c1", name: "send_mail", arguments: "{}", decision: "approved" },
    { type: "call_progressed", call_id: "c1", text: "Half way", fraction: 0.5 },
    { type: "call_finished", call_id: "c1", outcome: "done", output: "ok", metadata: "", view: { kind: "memory" }, artefacts: [], sources: [] },
  );

  it("waits for what a person decides, and goes on in a new attempt", () => {
    expect(fold(paused.slice(0, 2))).toMatchObject({ status: "waiting", waiting });
    expect(fold(paused.slice(0, 3))).toMatchObject({ status: "running", attempt: 2, waiting: [] });
  });

  it("keeps the last progress of a call until it has finished", () => {
    expect(fold(paused.slice(0, 5)).items).toMatchObject([{ decision: "approved", progress: { text: "Half way", fraction: 0.5 } }]);
    expect(fold(paused).items).toMatchObject([{ outcome: "done", progress: null, view: { kind: "memory" } }]);
  });

  it("marks the place from which on the model is told a summary", () => {
    const told = { turn: 2, what: "history", tokens_before: 9000, tokens_after: 800, summary: "They spoke of ships." };
    expect(fold(journal({ type: "history_compacted", ...told })).items).toEqual([{ kind: "compaction", ...told, started_ms: 1000, finished_ms: 1000 }]);
  });

  it("keeps why a run failed", () => {
    const run = fold(journal({ type: "run_failed", code: "turn_limit", message: "Too many turns", usage }));
    expect(run).toMatchObject({ status: "failed", error: { code: "turn_limit", message: "Too many turns" } });
  });
});
