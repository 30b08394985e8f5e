// Folds one event of a run into its state: pure, and the only way a live run's state is made.
import type { Call, RunState, Turn } from "@/lib/api/types";
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
      return { ...state, items: [...state.items, startedTurn(event.turn, event.at_ms)] };
    case "reasoning_added":
      return changeOpenTurn(state, (turn) => ({ ...turn, reasoning: turn.reasoning + event.text }));
    case "text_added":
      return changeOpenTurn(state, (turn) => ({ ...turn, text: turn.text + event.text }));
    case "turn_withdrawn":
      return openTurn(state) ? { ...state, items: state.items.slice(0, -1) } : state;
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

/** The turn being written: always the last item. */
function openTurn(state: RunState): Turn | null {
  const last = state.items.at(-1);
  return last?.kind === "turn" && last.status === "streaming" ? last : null;
}

function changeOpenTurn(state: RunState, update: (turn: Turn) => Turn): RunState {
  const turn = openTurn(state);
  return turn ? { ...state, items: [...state.items.slice(0, -1), update(turn)] } : state;
}

function finishTurn(state: RunState, event: TurnFinished): RunState {
  return changeOpenTurn(state, (turn) => ({
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
  return { ...state, items: [...state.items, call] };
}

function finishCall(state: RunState, event: CallFinished): RunState {
  const index = state.items.findLastIndex((item) => item.kind === "call" && item.call_id === event.call_id);
  const call = state.items[index];
  if (call?.kind !== "call") return state;
  const finished: Call = { ...call, status: "finished", outcome: event.outcome, output: event.output, finished_ms: event.at_ms };
  return { ...state, items: state.items.with(index, finished) };
}
