// One WebSocket for the whole page: comes back by itself and asks again for what was followed.
import type { RunEvent } from "../events.gen";

export type ServerMessage =
  | { type: "event"; run_id: string; event: RunEvent }
  | { type: "end"; run_id: string }
  | { type: "resume"; run_id: string; after: number }
  | { type: "conversation_changed"; conversation_id: string; revision: number }
  | { type: "pong" }
  | { type: "error"; code: string; message: string; run_id?: string; conversation_id?: string };

export type SocketStatus = "idle" | "connecting" | "open" | "down";

interface SocketOptions {
  url: () => string;
  onMessage: (message: ServerMessage) => void;
  onStatus: (status: SocketStatus) => void;
  onSignedOut: () => void;
  random?: () => number;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
const TOO_MANY_DELAY_MS = 10_000;
const PING_MS = 25_000;
const SILENCE_MS = 60_000;

export class LiveSocket {
  private readonly options: SocketOptions;
  private readonly followed = new Map<string, () => number>();
  private readonly watched = new Set<string>();
  private socket: WebSocket | null = null;
  private failures = 0;
  private retryTimer: ReturnType<typeof setTimeout> | null = null;
  private pingTimer: ReturnType<typeof setInterval> | null = null;
  private heardAt = 0;
  private stopped = false;
  status: SocketStatus = "idle";

  constructor(options: SocketOptions) {
    this.options = options;
  }

  /** Asks for the events of a run; `after` tells what was seen, also after a reconnection. */
  follow(runId: string, after: () => number): void {
    this.followed.set(runId, after);
    if (this.isOpen()) this.send({ type: "follow", run_id: runId, after: after() });
    else this.connect();
  }

  unfollow(runId: string): void {
    if (!this.followed.delete(runId)) return;
    if (this.isOpen()) this.send({ type: "unfollow", run_id: runId });
  }

  watch(conversationId: string): void {
    this.watched.add(conversationId);
    if (this.isOpen()) this.send({ type: "watch", conversation_id: conversationId });
    else this.connect();
  }

  unwatch(conversationId: string): void {
    if (!this.watched.delete(conversationId)) return;
    if (this.isOpen()) this.send({ type: "unwatch", conversation_id: conversationId });
  }

  /** Tries at once, for when the network has just come back or somebody signed in. */
  wake(): void {
    this.stopped = false;
    this.failures = 0;
    if (this.followed.size + this.watched.size > 0) this.connect();
  }

  close(): void {
    this.stopped = true;
    this.clearTimers();
    this.socket?.close();
    this.socket = null;
    this.setStatus("idle");
  }

  private isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  private connect(): void {
    if (this.stopped) return;
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    this.clearTimers();
    this.setStatus("connecting");
    const socket = new WebSocket(this.options.url());
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (message) => this.heard(message.data);
    socket.onclose = (close) => {
      if (this.socket === socket) this.closed(close.code);
    };
  }

  private opened(): void {
    this.failures = 0;
    this.heardAt = Date.now();
    this.setStatus("open");
    this.followed.forEach((after, runId) => this.send({ type: "follow", run_id: runId, after: after() }));
    this.watched.forEach((conversationId) => this.send({ type: "watch", conversation_id: conversationId }));
    this.pingTimer = setInterval(() => this.ping(), PING_MS);
  }

  private heard(data: unknown): void {
    this.heardAt = Date.now();
    if (typeof data !== "string") return;
    this.options.onMessage(JSON.parse(data) as ServerMessage);
  }

  private closed(code: number): void {
    this.socket = null;
    this.clearTimers();
    if (code === 4401) {
      this.stopped = true;
      this.setStatus("down");
      this.options.onSignedOut();
      return;
    }
    this.setStatus("down");
    this.failures += 1;
    this.retryTimer = setTimeout(() => this.connect(), this.delay(code));
  }

  private delay(code: number): number {
    const random = this.options.random ?? Math.random;
    const base = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.failures - 1));
    return (code === 4429 ? TOO_MANY_DELAY_MS : 0) + base / 2 + (base / 2) * random();
  }

  private ping(): void {
    if (Date.now() - this.heardAt > SILENCE_MS) this.socket?.close();
    else if (this.isOpen()) this.send({ type: "ping" });
  }

  private send(message: object): void {
    this.socket?.send(JSON.stringify(message));
  }

  private setStatus(status: SocketStatus): void {
    if (status === this.status) return;
    this.status = status;
    this.options.onStatus(status);
  }

  private clearTimers(): void {
    if (this.retryTimer) clearTimeout(this.retryTimer);
    if (this.pingTimer) clearInterval(this.pingTimer);
    this.retryTimer = this.pingTimer = null;
  }
}
