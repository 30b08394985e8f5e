// Folds one event of a run into its state: pure, and the only way a live run's state is made.
import type { Call, Item, RunState, Turn } from "@/lib/api/types";
import type { CallFinished, CallStarted, RunEvent, TurnFinished } from "@/lib/events.gen";

export const emptyRun: RunState = {
  status: "queued",
  attempt: 0,
  items: [],
  usage: { prompt_tokens: 0, completion_tokens: 0 },
  error: null,
  last_seq: 0,
  model: "",
};

/** The state after `event`; events already seen change nothing. */
export function applyEvent(state: RunState, event: RunEvent): RunState {
  if (event.seq <= state.last_seq) return state;
  return { ...change(state, event), last_seq: event.seq };
}

function change(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case "run_started":
      return { ...state, status: "running", attempt: event.attempt, model: event.model };
    case "turn_started":
      return { ...state, items: [...withoutTurn(state.items, event.turn), startedTurn(event.turn, event.at_ms)] };
    case "reasoning_added":
      return changeTurn(state, event.turn, (turn) => ({ ...turn, reasoning: turn.reasoning + event.text }));
    case "text_added":
      return changeTurn(state, event.turn, (turn) => ({ ...turn, text: turn.text + event.text }));
    case "turn_withdrawn":
      return { ...state, items: withoutTurn(state.items, event.turn) };
    case "turn_finished":
      return finishTurn(state, event);
    case "call_started":
      return startCall(state, event);
    case "call_finished":
      return finishCall(state, event);
    case "run_finished":
      return { ...state, status: "finished", usage: event.usage };
    case "run_failed":
      return { ...state, status: "failed", usage: event.usage, error: { code: event.code, message: event.message } };
    case "run_cancelled":
      return { ...state, status: "cancelled", usage: event.usage };
    default:
      return unknownEvent(event);
  }
}

function unknownEvent(event: never): never {
  throw new Error(`Unknown event: ${JSON.stringify(event)}`);
}

function startedTurn(turn: number, at: number): Turn {
  return {
    kind: "turn",
    turn,
    status: "streaming",
    text: "",
    reasoning: "",
    calls: [],
    finish_reason: null,
    usage: null,
    started_ms: at,
    finished_ms: null,
    first_token_ms: null,
  };
}

function withoutTurn(items: Item[], turn: number): Item[] {
  return items.some((item) => item.turn === turn) ? items.filter((item) => item.turn !== turn) : items;
}

function changeTurn(state: RunState, turn: number, update: (turn: Turn) => Turn): RunState {
  const items = state.items.map((item) => (item.kind === "turn" && item.turn === turn ? update(item) : item));
  return { ...state, items };
}

function finishTurn(state: RunState, event: TurnFinished): RunState {
  const known = state.items.some((item) => item.kind === "turn" && item.turn === event.turn);
  const start = known ? state : { ...state, items: [...state.items, startedTurn(event.turn, event.at_ms)] };
  return changeTurn(start, event.turn, (turn) => ({
    ...turn,
    status: "finished",
    text: event.text,
    reasoning: event.reasoning,
    calls: event.calls,
    finish_reason: event.finish_reason,
    usage: event.usage,
    first_token_ms: event.first_token_ms,
    finished_ms: event.at_ms,
  }));
}

function startCall(state: RunState, event: CallStarted): RunState {
  const call: Call = {
    kind: "call",
    turn: event.turn,
    call_id: event.call_id,
    name: event.name,
    arguments: event.arguments,
    status: "running",
    outcome: null,
    output: null,
    started_ms: event.at_ms,
    finished_ms: null,
  };
  const others = state.items.filter((item) => item.kind !== "call" || item.call_id !== event.call_id);
  return { ...state, items: [...others, call] };
}

function finishCall(state: RunState, event: CallFinished): RunState {
  const items = state.items.map((item) =>
    item.kind === "call" && item.call_id === event.call_id
      ? { ...item, status: "finished" as const, outcome: event.outcome, output: event.output, finished_ms: event.at_ms }
      : item,
  );
  return { ...state, items };
}
