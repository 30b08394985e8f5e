// POST /agents/{id}/archive, /unarchive, /restore, /duplicate and DELETE /agents/{id}
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Agent } from "@/lib/api/types";

export type AgentAction = "archive" | "unarchive" | "restore" | "duplicate" | "delete";

export function agentAction(id: string, action: AgentAction): Promise<Agent | undefined> {
  if (action === "delete") return api<undefined>(`/agents/${id}`, { method: "DELETE" });
  return api<Agent>(`/agents/${id}/${action}`, { method: "POST" });
}

export function useAgentAction() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, action }: { id: string; action: AgentAction }) => agentAction(id, action),
    onSuccess: () => client.invalidateQueries({ queryKey: ["agents"] }),
  });
}
