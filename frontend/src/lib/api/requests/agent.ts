// GET /agents/{id}
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "../client";
import type { Agent } from "../types";

export function agentQuery(id: string) {
  return queryOptions({
    queryKey: ["agent", id],
    queryFn: ({ signal }) => api<Agent>(`/agents/${id}`, { signal }),
  });
}

export function useAgent(id: string) {
  return useQuery(agentQuery(id));
}
