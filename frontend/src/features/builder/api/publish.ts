// POST /agents/{id}/publish
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import { agentQuery } from "@/lib/api/requests/agent";
import type { Agent } from "@/lib/api/types";

export function usePublish(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (notes: string) => api<Agent>(`/agents/${id}/publish`, { method: "POST", body: { notes } }),
    onSuccess: (agent) => {
      client.setQueryData(agentQuery(id).queryKey, agent);
      void client.invalidateQueries({ queryKey: ["agents"] });
      void client.invalidateQueries({ queryKey: ["agent-versions", id] });
    },
  });
}
