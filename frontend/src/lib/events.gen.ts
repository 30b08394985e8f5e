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

export type FinishReason = "stop" | "tool_calls" | "length" | "cancelled" | "interrupted";

export type CallOutcome = "done" | "error" | "unknown" | "cancelled";

export type WithdrawalReason = "worker_lost" | "handed_over" | "model_retry";

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
}

export interface CallStarted extends EventBase {
  type: "call_started";
  turn: number;
  call_id: string;
  name: string;
  arguments: string;
}

export interface CallFinished extends EventBase {
  type: "call_finished";
  call_id: string;
  outcome: CallOutcome;
  output: string;
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
  | CallStarted
  | CallFinished
  | RunFinished
  | RunFailed
  | RunCancelled;
