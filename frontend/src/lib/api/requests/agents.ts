// GET /agents: the agents of the current workspace.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "../client";
import type { Agent, Page } from "../types";

export interface AgentFilter {
  q?: string;
  archived?: boolean;
  workspaceId: string;
}

export function agentsQuery({ q = "", archived = false, workspaceId }: AgentFilter) {
  return queryOptions({
    queryKey: ["agents", workspaceId, { q, archived }],
    queryFn: async ({ signal }) => {
      const items: Agent[] = [];
      let cursor: string | null = null;
      do {
        const page: Page<Agent> = await api<Page<Agent>>("/agents", {
          query: { q, archived: archived || undefined, workspace_id: workspaceId, limit: 100, cursor },
          signal,
        });
        items.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor && items.length < 1000);
      return items;
    },
  });
}

export function useAgents(filter: AgentFilter) {
  return useQuery(agentsQuery(filter));
}
