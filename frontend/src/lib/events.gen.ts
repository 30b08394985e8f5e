// Made by `manage.py export_events` from inference/events.py; do not edit.

export interface ToolCallRequest {
  id: string;
  name: string;
  arguments: string;
}

export interface TokenUsage {
  prompt_tokens: number;
  completion_tokens: number;
}

export interface Citation {
  start: number;
  end: number;
  number: number;
  title: string;
  url: string;
  evidence: string;
  valid: boolean;
  invalid_reason: "unknown_source" | "not_in_source" | "not_supported" | null;
}

export interface Artefact {
  id: string;
  name: string;
  media_type: string;
  size: number;
}

export interface Source {
  number: number;
  title: string;
  url: string;
  text: string;
}

export interface WaitingCall {
  call_id: string;
  name: string;
  arguments: string;
  waits_for: WaitingFor;
}

export type FinishReason = "stop" | "tool_calls" | "length" | "cancelled" | "interrupted";

export type CallOutcome = "done" | "error" | "unknown" | "cancelled" | "denied";

export type WithdrawalReason = "worker_lost" | "handed_over" | "model_retry";

export type WaitingFor = "approval" | "result";

export type CallDecision = "approved" | "denied" | "answered";

export type CompactedWhat = "history" | "results";

interface EventBase {
  seq: number;
  at_ms: number;
}

export interface RunStarted extends EventBase {
  type: "run_started";
  attempt: number;
  model: string;
}

export interface TurnStarted extends EventBase {
  type: "turn_started";
  turn: number;
}

export interface ReasoningAdded extends EventBase {
  type: "reasoning_added";
  turn: number;
  text: string;
}

export interface TextAdded extends EventBase {
  type: "text_added";
  turn: number;
  text: string;
}

export interface TurnWithdrawn extends EventBase {
  type: "turn_withdrawn";
  turn: number;
  reason: WithdrawalReason;
}

export interface TurnFinished extends EventBase {
  type: "turn_finished";
  turn: number;
  text: string;
  reasoning: string;
  calls: ToolCallRequest[];
  finish_reason: FinishReason;
  usage: TokenUsage | null;
  first_token_ms: number | null;
  citations: Citation[];
}

export interface HistoryCompacted extends EventBase {
  type: "history_compacted";
  turn: number;
  what: CompactedWhat;
  tokens_before: number;
  tokens_after: number;
  summary: string;
}

export interface CallStarted extends EventBase {
  type: "call_started";
  turn: number;
  call_id: string;
  name: string;
  arguments: string;
  decision: CallDecision | null;
}

export interface CallProgressed extends EventBase {
  type: "call_progressed";
  call_id: string;
  text: string;
  fraction: number | null;
}

export interface CallFinished extends EventBase {
  type: "call_finished";
  call_id: string;
  outcome: CallOutcome;
  output: string;
  metadata: string;
  view: Record<string, unknown> | null;
  artefacts: Artefact[];
  sources: Source[];
}

export interface RunPaused extends EventBase {
  type: "run_paused";
  waiting: WaitingCall[];
}

export interface RunFinished extends EventBase {
  type: "run_finished";
  usage: TokenUsage;
}

export interface RunFailed extends EventBase {
  type: "run_failed";
  code: string;
  message: string;
  usage: TokenUsage;
}

export interface RunCancelled extends EventBase {
  type: "run_cancelled";
  usage: TokenUsage;
}

export type RunEvent =
  | RunStarted
  | TurnStarted
  | ReasoningAdded
  | TextAdded
  | TurnWithdrawn
  | TurnFinished
  | HistoryCompacted
  | CallStarted
  | CallProgressed
  | CallFinished
  | RunPaused
  | RunFinished
  | RunFailed
  | RunCancelled;
