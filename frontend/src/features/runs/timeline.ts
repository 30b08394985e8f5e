// Turns a run's items into bars on a common time axis.
import type { Item, RunState, Turn } from "@/lib/api/types";

export interface Bar {
  key: string;
  item: Item;
  /** Share of the whole, 0 to 1. */
  start: number;
  width: number;
  /** For a turn: the share of its own bar before the first token. */
  waiting: number;
  /** For a call that a person decided of: the share of the whole where the wait for it began. */
  asked: number | null;
  duration_ms: number;
}

/** How long a call waited for a person, in milliseconds; null where it did not. */
export function waitedFor(items: Item[], item: Item): number | null {
  if (item.kind !== "call" || item.decision === null) return null;
  const turn = items.find((one) => one.kind === "turn" && one.turn === item.turn);
  return turn?.finished_ms ? Math.max(0, item.started_ms - turn.finished_ms) : null;
}

/** The most that the model had to read at once, in tokens. */
export function longestContext(items: Item[]): number {
  return Math.max(0, ...items.map((item) => (item.kind === "turn" && item.usage ? item.usage.prompt_tokens + item.usage.completion_tokens : 0)));
}

export interface Timeline {
  bars: Bar[];
  from_ms: number;
  total_ms: number;
}

/** Milliseconds from the turn's start to its first token, whichever way the server tells it. */
export function firstTokenDelay(turn: Turn): number | null {
  if (turn.first_token_ms === null) return null;
  return turn.first_token_ms > 1e11 ? turn.first_token_ms - turn.started_ms : turn.first_token_ms;
}

export function makeTimeline(run: RunState, now: number): Timeline {
  const from = Math.min(...run.items.map((item) => item.started_ms));
  const to = Math.max(...run.items.map((item) => item.finished_ms ?? now));
  if (run.items.length === 0) return { bars: [], from_ms: now, total_ms: 0 };
  const total = Math.max(1, to - from);
  const bars = run.items.map((item, index) => {
    const duration = Math.max(0, (item.finished_ms ?? now) - item.started_ms);
    const waited = waitedFor(run.items, item);
    const first = item.kind === "turn" ? firstTokenDelay(item) : null;
    return {
      key: `${item.kind}-${index}`,
      item,
      start: (item.started_ms - from) / total,
      width: duration / total,
      waiting: first !== null && duration > 0 ? Math.min(1, first / duration) : 0,
      asked: waited === null ? null : Math.max(0, (item.started_ms - waited - from) / total),
      duration_ms: duration,
    };
  });
  return { bars, from_ms: from, total_ms: total };
}

export function tokenCount(run: RunState): { prompt: number; completion: number } {
  if (run.usage.prompt_tokens + run.usage.completion_tokens > 0) {
    return { prompt: run.usage.prompt_tokens, completion: run.usage.completion_tokens };
  }
  const turns = run.items.flatMap((item) => (item.kind === "turn" && item.usage ? [item.usage] : []));
  return {
    prompt: turns.reduce((sum, usage) => sum + usage.prompt_tokens, 0),
    completion: turns.reduce((sum, usage) => sum + usage.completion_tokens, 0),
  };
}
