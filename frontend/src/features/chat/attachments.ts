// Files on their way into a message: held until there is a conversation, then uploaded, each with its own fate.
import { ApiError } from "@/lib/api/errors";
import type { ChatFile } from "@/lib/api/types";
import { randomKey } from "./outbox";

export interface Attachment {
  key: string;
  name: string;
  size: number;
  /** `held`: there is no conversation yet that it could belong to. */
  state: "held" | "uploading" | "done" | "failed";
  progress: number;
  error: unknown;
  fileId: string | null;
}

interface AttachmentsOptions {
  conversationId: string | null;
  mostBytes: number;
  upload: (conversationId: string, file: File, onProgress: (share: number) => void, signal: AbortSignal) => Promise<ChatFile>;
  fetch: (id: string) => Promise<ChatFile>;
  discard: (id: string) => Promise<unknown>;
}

export class Attachments {
  private readonly options: AttachmentsOptions;
  private readonly files = new Map<string, { file: File; abort: AbortController }>();
  private readonly listeners = new Set<() => void>();
  private home: string | null;
  items: readonly Attachment[] = [];

  constructor(options: AttachmentsOptions) {
    this.options = options;
    this.home = options.conversationId;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): readonly Attachment[] => this.items;

  /** Nothing is on its way or failed. */
  get ready(): boolean {
    return this.items.every((one) => one.state === "done" || one.state === "held");
  }

  readonly add = (files: File[]): void => {
    for (const file of files) {
      const key = randomKey();
      this.files.set(key, { file, abort: new AbortController() });
      this.set([...this.items, { key, name: file.name, size: file.size, state: "held", progress: 0, error: null, fileId: null }]);
      void this.start(key);
    }
  };

  retry(key: string): void {
    void this.start(key);
  }

  remove(key: string): void {
    this.files.get(key)?.abort.abort();
    this.files.delete(key);
    const fileId = this.items.find((one) => one.key === key)?.fileId;
    if (fileId) this.options.discard(fileId).catch(() => undefined);
    this.set(this.items.filter((one) => one.key !== key));
  }

  /** Takes the uploaded files out, for a message. */
  take(): string[] {
    const ids = this.items.flatMap((one) => one.fileId ?? []);
    this.files.clear();
    this.set([]);
    return ids;
  }

  /** Puts files back that a message did not take along after all. */
  async restore(ids: string[]): Promise<void> {
    const files = await Promise.all(ids.map((id) => this.options.fetch(id))).catch(() => []);
    this.set([...this.items, ...files.map(({ id, name, size }): Attachment => ({ key: id, name, size, state: "done", progress: 1, error: null, fileId: id }))]);
  }

  /** Uploads what was held for the conversation that now is; false when a file could not be. */
  async settle(conversationId: string): Promise<boolean> {
    this.home = conversationId;
    await Promise.all(this.items.filter((one) => one.state !== "done").map((one) => this.start(one.key)));
    return this.items.every((one) => one.state === "done");
  }

  close(): void {
    this.files.forEach(({ abort }) => abort.abort());
  }

  private async start(key: string): Promise<void> {
    const found = this.files.get(key);
    if (!found || !this.home) return;
    if (found.file.size > this.options.mostBytes) {
      this.change(key, { state: "failed", error: new ApiError({ status: 413, code: "body_too_large", message: "" }) });
      return;
    }
    this.change(key, { state: "uploading", progress: 0, error: null });
    try {
      const kept = await this.options.upload(this.home, found.file, (progress) => this.change(key, { progress }), found.abort.signal);
      this.change(key, { state: "done", fileId: kept.id, name: kept.name });
    } catch (error) {
      this.change(key, { state: "failed", error });
    }
  }

  private change(key: string, update: Partial<Attachment>): void {
    this.set(this.items.map((one) => (one.key === key ? { ...one, ...update } : one)));
  }

  private set(items: readonly Attachment[]): void {
    this.items = items;
    this.listeners.forEach((listener) => listener());
  }
}
