// Keeps the state of every open run on the page, from its events or, without a socket, by asking.
import type { Run, RunState } from "../api/types";
import type { RunEvent } from "../events.gen";
import type { ServerMessage, SocketStatus } from "./socket";

export interface RunSource {
  follow: (runId: string, after: () => number) => void;
  unfollow: (runId: string) => void;
}

interface LiveRunsOptions {
  source: RunSource;
  fetchRun: (runId: string) => Promise<Run>;
  apply: (state: RunState, event: RunEvent) => RunState;
  empty: RunState;
  onEnd: (runId: string, state: RunState) => void;
  schedule?: (notify: () => void) => void;
}

interface Entry {
  state: RunState;
  polled: Run | null;
  readers: Set<() => void>;
  refollowedAt: number;
  ended: boolean;
}

const POLL_MS = 2000;
const REFOLLOW_MS = 2000;
const FRAME_MS = 45;

export function isEnded(status: RunState["status"]): boolean {
  return status === "finished" || status === "failed" || status === "cancelled";
}

let drawnAt = 0;

/** Calls with a coming frame, at most twenty times a second, or soon where no frame comes (a hidden tab). */
function nextFrame(notify: () => void): void {
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    drawnAt = performance.now();
    notify();
  };
  const wait = Math.max(0, drawnAt + FRAME_MS - performance.now());
  setTimeout(() => requestAnimationFrame(once), wait);
  setTimeout(once, wait + 250);
}

export class LiveRuns {
  private readonly options: LiveRunsOptions;
  private readonly entries = new Map<string, Entry>();
  private readonly dirty = new Set<string>();
  private pollTimer: ReturnType<typeof setInterval> | null = null;

  constructor(options: LiveRunsOptions) {
    this.options = options;
  }

  /** What is known of a run; undefined until somebody subscribed to it. */
  get(runId: string): RunState | undefined {
    const entry = this.entries.get(runId);
    if (!entry) return undefined;
    return entry.polled && entry.polled.last_seq > entry.state.last_seq ? entry.polled : entry.state;
  }

  subscribe(runId: string, reader: () => void): () => void {
    const entry = this.entries.get(runId) ?? this.open(runId);
    entry.readers.add(reader);
    if (entry.readers.size === 1 && !entry.ended) this.options.source.follow(runId, () => entry.state.last_seq);
    return () => {
      entry.readers.delete(reader);
      if (entry.readers.size === 0) this.options.source.unfollow(runId);
    };
  }

  receive(message: ServerMessage): void {
    if (message.type === "event") this.receiveEvent(message.run_id, message.event);
    else if (message.type === "resume") this.refollow(message.run_id);
    else if (message.type === "end") void this.settle(message.run_id);
    else if (message.type === "error" && message.run_id) void this.poll(message.run_id);
  }

  /** Without a socket the open runs are asked for every two seconds. */
  socketStatus(status: SocketStatus): void {
    const wanted = status === "down" || status === "connecting";
    if (wanted && !this.pollTimer) this.pollTimer = setInterval(() => this.pollAll(), POLL_MS);
    if (!wanted && this.pollTimer) {
      clearInterval(this.pollTimer);
      this.pollTimer = null;
    }
  }

  private open(runId: string): Entry {
    const { empty } = this.options;
    const entry: Entry = { state: empty, polled: null, readers: new Set(), refollowedAt: 0, ended: false };
    this.entries.set(runId, entry);
    return entry;
  }

  private receiveEvent(runId: string, event: RunEvent): void {
    const entry = this.entries.get(runId);
    if (!entry || event.seq <= entry.state.last_seq) return;
    if (event.seq > entry.state.last_seq + 1) {
      void this.fillGap(runId, entry);
      return;
    }
    entry.refollowedAt = 0;
    entry.state = this.options.apply(entry.state, event);
    this.changed(runId);
    if (isEnded(entry.state.status)) this.end(runId, entry);
  }

  /** Open runs are dense, so a jump means something was lost, or that the run has long ended. */
  private async fillGap(runId: string, entry: Entry): Promise<void> {
    if (Date.now() - entry.refollowedAt < REFOLLOW_MS) return;
    this.refollow(runId);
    entry.refollowedAt = Date.now();
    await this.poll(runId);
  }

  private refollow(runId: string): void {
    const entry = this.entries.get(runId);
    if (entry && !entry.ended) this.options.source.follow(runId, () => entry.state.last_seq);
  }

  private async settle(runId: string): Promise<void> {
    const entry = this.entries.get(runId);
    if (entry && !entry.ended) await this.poll(runId);
  }

  private pollAll(): void {
    for (const [runId, entry] of this.entries) {
      if (!entry.ended && entry.readers.size > 0) void this.poll(runId);
    }
  }

  private async poll(runId: string): Promise<void> {
    const entry = this.entries.get(runId);
    if (!entry) return;
    const run = await this.options.fetchRun(runId).catch(() => null);
    if (!run || entry.ended || run.last_seq < entry.state.last_seq) return;
    if (isEnded(run.status)) {
      entry.state = run;
      this.changed(runId);
      this.end(runId, entry);
    } else {
      entry.polled = run;
      this.changed(runId);
    }
  }

  private end(runId: string, entry: Entry): void {
    entry.ended = true;
    entry.polled = null;
    this.options.source.unfollow(runId);
    this.options.onEnd(runId, entry.state);
  }

  private changed(runId: string): void {
    this.dirty.add(runId);
    if (this.dirty.size > 1) return;
    (this.options.schedule ?? nextFrame)(() => this.flush());
  }

  private flush(): void {
    const runs = [...this.dirty];
    this.dirty.clear();
    for (const runId of runs) this.entries.get(runId)?.readers.forEach((reader) => reader());
  }
}
