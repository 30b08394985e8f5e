// Folds one event of a run into its state: pure, and the only way a live run's state is made.
import type { Call, Compaction, RunState, Turn } from "@/lib/api/types";
import type { CallFinished, CallProgressed, CallStarted, HistoryCompacted, RunEvent, TurnFinished } from "@/lib/events.gen";

export const emptyRun: RunState = {
  status: "queued",
  attempt: 0,
  items: [],
  usage: { prompt_tokens: 0, completion_tokens: 0 },
  error: null,
  waiting: [],
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
      return { ...state, status: "running", attempt: event.attempt, model: event.model, waiting: [] };
    case "run_paused":
      return { ...state, status: "waiting", waiting: event.waiting };
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
    case "history_compacted":
      return { ...state, items: [...state.items, compaction(event)] };
    case "call_progressed":
      return progressCall(state, event);
    case "call_finished":
      return finishCall(state, event);
    case "run_finished":
      return { ...state, status: "finished", usage: event.usage, waiting: [] };
    case "run_failed":
      return { ...state, status: "failed", usage: event.usage, waiting: [], error: { code: event.code, message: event.message } };
    case "run_cancelled":
      return { ...state, status: "cancelled", usage: event.usage, waiting: [] };
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
    citations: [],
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
    citations: event.citations,
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
    decision: event.decision,
    progress: null,
    metadata: "",
    view: null,
    artefacts: [],
    sources: [],
  };
  return { ...state, items: [...state.items, call] };
}

function compaction({ turn, what, tokens_before, tokens_after, summary, at_ms }: HistoryCompacted): Compaction {
  return { kind: "compaction", turn, what, tokens_before, tokens_after, summary, started_ms: at_ms, finished_ms: at_ms };
}

function changeCall(state: RunState, callId: string, update: (call: Call) => Call): RunState {
  const index = state.items.findLastIndex((item) => item.kind === "call" && item.call_id === callId);
  const call = state.items[index];
  return call?.kind === "call" ? { ...state, items: state.items.with(index, update(call)) } : state;
}

function progressCall(state: RunState, event: CallProgressed): RunState {
  return changeCall(state, event.call_id, (call) => ({ ...call, progress: { text: event.text, fraction: event.fraction } }));
}

function finishCall(state: RunState, event: CallFinished): RunState {
  const { outcome, output, metadata, view, artefacts, sources, at_ms } = event;
  return changeCall(state, event.call_id, (call) => ({
    ...call,
    status: "finished",
    finished_ms: at_ms,
    progress: null,
    outcome,
    output,
    metadata,
    view,
    artefacts,
    sources,
  }));
}
