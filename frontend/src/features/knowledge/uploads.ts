// Files on their way into a base: a few at a time, each with its own fate, also while one looks at other pages.
import { ApiError, isApiError, isTransient } from "@/lib/api/errors";
import type { Sending, Sent } from "./api/send-file";

export type UploadState = "waiting" | "sending" | "done" | "known" | "failed";

export interface Upload {
  key: number;
  name: string;
  size: number;
  state: UploadState;
  progress: number;
  error: unknown;
  documentId: string | null;
}

export interface UploadOptions {
  send: (file: File, sending: Sending) => Promise<Sent>;
  mostBytes: number;
  /** How many are sent at once. */
  lanes?: number;
  /** Resolves after that many milliseconds. */
  wait?: (ms: number) => Promise<void>;
  onSent?: () => void;
}

const MOST_TRIES = 5;
const FIRST_PAUSE_MS = 1000;
const TOLD_EVERY_MS = 120;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class UploadQueue {
  private readonly options: Required<Omit<UploadOptions, "onSent">> & Pick<UploadOptions, "onSent">;
  private readonly files = new Map<number, { file: File; abort: AbortController }>();
  private readonly listeners = new Set<() => void>();
  private readonly order = new Map<number, Upload>();
  private next = 1;
  private sending = 0;
  private told = 0;
  private items: readonly Upload[] = [];

  constructor(options: UploadOptions) {
    this.options = { lanes: 3, wait: pause, ...options };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): readonly Upload[] => this.items;

  get busy(): boolean {
    return [...this.order.values()].some((one) => one.state === "waiting" || one.state === "sending");
  }

  add(files: File[]): void {
    for (const file of files) {
      const key = this.next++;
      this.files.set(key, { file, abort: new AbortController() });
      this.order.set(key, { key, name: file.name, size: file.size, ...this.checked(file) });
    }
    this.tell();
    this.fill();
  }

  private checked(file: File): Omit<Upload, "key" | "name" | "size"> {
    const fresh = { state: "waiting", progress: 0, error: null, documentId: null } as const;
    if (file.size > this.options.mostBytes) return { ...fresh, state: "failed", error: new ApiError({ status: 413, code: "body_too_large", message: "" }) };
    if (file.size === 0) return { ...fresh, state: "failed", error: new ApiError({ status: 422, code: "empty_file", message: "" }) };
    return fresh;
  }

  retry(keys: number[]): void {
    for (const key of keys) {
      const found = this.files.get(key);
      if (!found || this.order.get(key)?.state !== "failed") continue;
      this.files.set(key, { file: found.file, abort: new AbortController() });
      this.change(key, this.checked(found.file));
    }
    this.fill();
  }

  remove(keys: number[]): void {
    for (const key of keys) {
      this.files.get(key)?.abort.abort();
      this.files.delete(key);
      this.order.delete(key);
    }
    this.tell();
  }

  close(): void {
    this.remove([...this.order.keys()]);
  }

  private fill(): void {
    for (const one of this.order.values()) {
      if (this.sending >= this.options.lanes) return;
      if (one.state === "waiting") void this.run(one.key);
    }
  }

  private async run(key: number): Promise<void> {
    this.sending += 1;
    this.change(key, { state: "sending" });
    try {
      const { documentId, known } = await this.sent(key);
      this.change(key, { state: known ? "known" : "done", progress: 1, documentId });
      this.files.delete(key);
      this.options.onSent?.();
    } catch (error) {
      this.change(key, { state: "failed", error });
    }
    this.sending -= 1;
    this.fill();
  }

  /** Tries again by itself what may pass by itself; what is known then may be this very file, whose answer was lost. */
  private async sent(key: number): Promise<Sent> {
    for (let tries = 1; ; tries += 1) {
      const found = this.files.get(key);
      if (!found) throw new DOMException("Aborted", "AbortError");
      try {
        const { documentId, known } = await this.options.send(found.file, { signal: found.abort.signal, onProgress: (progress) => this.progressed(key, progress) });
        return { documentId, known: known && tries === 1 };
      } catch (error) {
        if (tries >= MOST_TRIES || !mayPass(error) || found.abort.signal.aborted) throw error;
        await this.options.wait(pauseAfter(error, tries));
      }
    }
  }

  private progressed(key: number, progress: number): void {
    const one = this.order.get(key);
    if (!one) return;
    this.order.set(key, { ...one, progress });
    if (Date.now() - this.told >= TOLD_EVERY_MS) this.tell();
  }

  private change(key: number, update: Partial<Upload>): void {
    const one = this.order.get(key);
    if (!one) return;
    this.order.set(key, { ...one, ...update });
    this.tell();
  }

  private tell(): void {
    this.told = Date.now();
    this.items = [...this.order.values()];
    this.listeners.forEach((listener) => listener());
  }
}

/** Whether trying again can change anything: a file stays empty or too large. */
export function mayHelp(upload: Upload): boolean {
  return upload.state === "failed" && !isApiError(upload.error, "body_too_large") && !isApiError(upload.error, "empty_file");
}

function mayPass(error: unknown): boolean {
  return isTransient(error) || isApiError(error, "rate_limited") || isApiError(error, "wrong_offset");
}

function pauseAfter(error: unknown, tries: number): number {
  const told = error instanceof ApiError ? error.retryAfter : null;
  return told === null ? FIRST_PAUSE_MS * 2 ** (tries - 1) : told * 1000;
}

export interface UploadSum {
  all: number;
  arrived: number;
  known: number;
  failed: number;
  /** Of all bytes that may arrive, the share that has. */
  share: number;
}

export function sumOf(items: readonly Upload[]): UploadSum {
  const count = (state: UploadState): number => items.filter((one) => one.state === state).length;
  const going = items.filter((one) => one.state !== "failed");
  const bytes = going.reduce((sum, one) => sum + one.size, 0);
  const gone = going.reduce((sum, one) => sum + one.size * one.progress, 0);
  return { all: items.length, arrived: count("done") + count("known"), known: count("known"), failed: count("failed"), share: bytes === 0 ? 0 : gone / bytes };
}
