// POST /agents
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../client";
import type { Agent, AgentConfig } from "../types";

interface NewAgent {
  draft?: Partial<AgentConfig>;
  workspace_id: string;
}

export function useCreateAgent() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewAgent) => api<Agent>("/agents", { method: "POST", body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["agents"] }),
  });
}
