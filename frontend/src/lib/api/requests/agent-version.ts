// GET /agents/{id}/versions/{number}: one published configuration, which never changes.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "../client";
import type { AgentVersion } from "../types";

function agentVersionQuery(id: string, number: number) {
  return queryOptions({
    queryKey: ["agent-version", id, number],
    queryFn: ({ signal }) => api<AgentVersion>(`/agents/${id}/versions/${number}`, { signal }),
    staleTime: Infinity,
  });
}

export function useAgentVersion(id: string, number: number | null) {
  return useQuery({ ...agentVersionQuery(id, number ?? 0), enabled: number !== null });
}
