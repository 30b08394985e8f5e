// GET /agents/{id}/versions and POST .../{number}/revert
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import { agentQuery } from "@/lib/api/requests/agent";
import type { Agent, AgentVersionRef, Page } from "@/lib/api/types";

export function useVersions(id: string) {
  return useQuery({
    queryKey: ["agent-versions", id],
    queryFn: async ({ signal }) => (await api<Page<AgentVersionRef>>(`/agents/${id}/versions`, { query: { limit: 100 }, signal })).items,
  });
}

export function useRevert(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (number: number) => api<Agent>(`/agents/${id}/versions/${number}/revert`, { method: "POST" }),
    onSuccess: (agent) => client.setQueryData(agentQuery(id).queryKey, agent),
  });
}
