// PATCH /agents/{id}
import { api } from "@/lib/api/client";
import type { Agent, AgentConfig, Visibility } from "@/lib/api/types";

export interface AgentChange {
  draft?: Partial<AgentConfig>;
  draft_revision?: number;
  visibility?: Visibility;
}

export function saveAgent(id: string, body: AgentChange): Promise<Agent> {
  return api<Agent>(`/agents/${id}`, { method: "PATCH", body });
}
