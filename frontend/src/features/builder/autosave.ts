// Saves a draft while it is edited: one request at a time, only what changed, never over somebody else's edit.
import { isApiError, isTransient } from "@/lib/api/errors";
import type { Agent, AgentConfig } from "@/lib/api/types";
import type { AgentChange } from "./api/save-draft";

export type SaveState = "saved" | "dirty" | "saving" | "offline" | "conflict" | "refused";

interface AutosaveOptions {
  agent: Agent;
  save: (id: string, body: AgentChange) => Promise<Agent>;
  onChange: () => void;
  onSaved: (agent: Agent) => void;
  delayMs?: number;
}

const RETRY_MS = 4000;

export class Autosave {
  private readonly options: AutosaveOptions;
  private readonly delayMs: number;
  private pending: Partial<AgentConfig> = {};
  private timer: ReturnType<typeof setTimeout> | null = null;
  private inFlight: Promise<void> | null = null;
  private revision: number;
  draft: AgentConfig;
  state: SaveState = "saved";
  error: unknown = null;

  constructor(options: AutosaveOptions) {
    this.options = options;
    this.delayMs = options.delayMs ?? 700;
    this.draft = options.agent.draft;
    this.revision = options.agent.draft_revision;
  }

  edit(change: Partial<AgentConfig>): void {
    this.draft = { ...this.draft, ...change };
    this.pending = { ...this.pending, ...change };
    if (this.state !== "conflict") {
      this.state = this.inFlight ? "saving" : "dirty";
      this.schedule(this.delayMs);
    }
    this.options.onChange();
  }

  /** Takes over what the server holds, dropping what was not saved. */
  reset(agent: Agent): void {
    this.stop();
    this.pending = {};
    this.draft = agent.draft;
    this.revision = agent.draft_revision;
    this.set("saved", null);
  }

  /** Learns of a change made beside the draft, such as who may see the agent. */
  adopt(agent: Agent): void {
    this.revision = Math.max(this.revision, agent.draft_revision);
    this.options.onSaved(agent);
  }

  /** Saves what is left now; resolves to whether everything is safe. */
  async flush(): Promise<boolean> {
    this.stop();
    if (this.inFlight) await this.inFlight;
    if (Object.keys(this.pending).length > 0 && this.state !== "conflict") await this.save();
    return this.state === "saved";
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private schedule(delay: number): void {
    this.stop();
    this.timer = setTimeout(() => void this.flush(), delay);
  }

  private save(): Promise<void> {
    this.inFlight = this.send().finally(() => {
      this.inFlight = null;
    });
    return this.inFlight;
  }

  private async send(): Promise<void> {
    const draft = this.pending;
    this.pending = {};
    this.set("saving", null);
    try {
      const agent = await this.options.save(this.options.agent.id, { draft, draft_revision: this.revision });
      this.revision = agent.draft_revision;
      this.options.onSaved(agent);
      const more = Object.keys(this.pending).length > 0;
      this.set(more ? "dirty" : "saved", null);
      if (more) this.schedule(this.delayMs);
    } catch (error) {
      this.pending = { ...draft, ...this.pending };
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    if (isApiError(error, "revision_conflict")) this.set("conflict", error);
    else if (isTransient(error)) {
      this.set("offline", error);
      this.schedule(RETRY_MS);
    } else this.set("refused", error);
  }

  private set(state: SaveState, error: unknown): void {
    this.state = state;
    this.error = error;
    this.options.onChange();
  }
}
