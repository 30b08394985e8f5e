// Sends messages so that each arrives once: a key is kept until the server has answered, also across reloads.
import { isApiError, isTransient } from "@/lib/api/errors";
import type { RunAnswer, RunBody } from "@/lib/api/types";
import { readStored, writeStored } from "@/lib/storage";

export interface Outgoing {
  key: string;
  conversationId: string;
  body: RunBody;
  state: "sending" | "waiting" | "failed";
  error: unknown;
}

interface OutboxOptions {
  post: (conversationId: string, body: RunBody, key: string) => Promise<RunAnswer>;
  onAnswer: (conversationId: string, answer: RunAnswer) => void;
  newKey?: () => string;
}

const STORE = "outbox";
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 15_000;

export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  private readonly options: OutboxOptions;
  private readonly outgoing = new Map<string, Outgoing>();
  private readonly attempts = new Map<string, number>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly listeners = new Set<() => void>();

  constructor(options: OutboxOptions) {
    this.options = options;
    for (const stored of readOutbox()) this.outgoing.set(stored.conversationId, stored);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get(conversationId: string): Outgoing | null {
    return this.outgoing.get(conversationId) ?? null;
  }

  /** Takes a message; one at a time per conversation. */
  send(conversationId: string, body: RunBody): void {
    const key = (this.options.newKey ?? randomKey)();
    this.put({ key, conversationId, body, state: "sending", error: null });
    void this.attempt(conversationId);
  }

  /** Tries everything unanswered again with its old key: after a reload, or when the network is back. */
  resume(): void {
    for (const [id, outgoing] of this.outgoing) if (outgoing.state !== "failed") void this.attempt(id);
  }

  /** After a refusal: the answer used the key up, so the same words go out with a new one. */
  retry(conversationId: string): void {
    const refused = this.outgoing.get(conversationId);
    if (refused) this.send(conversationId, refused.body);
  }

  discard(conversationId: string): void {
    this.outgoing.delete(conversationId);
    this.saved();
  }

  clear(): void {
    this.timers.forEach((timer) => clearTimeout(timer));
    this.outgoing.clear();
    this.saved();
  }

  private async attempt(conversationId: string): Promise<void> {
    const timer = this.timers.get(conversationId);
    if (timer) clearTimeout(timer);
    const outgoing = this.outgoing.get(conversationId);
    if (!outgoing) return;
    try {
      const answer = await this.options.post(conversationId, outgoing.body, outgoing.key);
      if (this.outgoing.get(conversationId)?.key !== outgoing.key) return;
      this.attempts.delete(conversationId);
      this.options.onAnswer(conversationId, answer);
      this.discard(conversationId);
    } catch (error) {
      if (this.outgoing.get(conversationId)?.key === outgoing.key) this.failed(outgoing, error);
    }
  }

  private failed(outgoing: Outgoing, error: unknown): void {
    if (!mayHelpLater(error)) {
      this.put({ ...outgoing, state: "failed", error });
      return;
    }
    const id = outgoing.conversationId;
    const attempt = this.attempts.get(id) ?? 0;
    this.attempts.set(id, attempt + 1);
    this.put({ ...outgoing, state: "waiting", error });
    const asked = isApiError(error) && error.retryAfter ? error.retryAfter * 1000 : 0;
    const delay = Math.max(asked, Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt));
    this.timers.set(id, setTimeout(() => void this.attempt(id), delay));
  }

  private put(outgoing: Outgoing): void {
    this.outgoing.set(outgoing.conversationId, outgoing);
    this.saved();
  }

  private saved(): void {
    const all = [...this.outgoing.values()].map(({ key, conversationId, body }) => ({ key, conversationId, body }));
    writeStored(STORE, all.length > 0 ? JSON.stringify(all) : null);
    this.listeners.forEach((listener) => listener());
  }
}

function mayHelpLater(error: unknown): boolean {
  return isTransient(error) || isApiError(error, "idempotency_in_progress") || isApiError(error, "rate_limited");
}

function readOutbox(): Outgoing[] {
  try {
    const stored = JSON.parse(readStored(STORE) ?? "[]") as Pick<Outgoing, "key" | "conversationId" | "body">[];
    return stored.map((entry) => ({ ...entry, state: "waiting", error: null }));
  } catch {
    return [];
  }
}
