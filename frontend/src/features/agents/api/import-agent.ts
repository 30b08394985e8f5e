// POST /agents/import
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Agent } from "@/lib/api/types";

const LARGEST_FILE = 1_000_000;

export class NotAnAgentFile extends Error {}

export async function readAgentFile(file: File): Promise<unknown> {
  if (file.size > LARGEST_FILE) throw new NotAnAgentFile();
  try {
    const body = JSON.parse(await file.text()) as { format?: unknown };
    if (body.format === "glms.agent") return body;
  } catch {
    // Falls through: whatever it is, it is no agent.
  }
  throw new NotAnAgentFile();
}

export function useImportAgent(workspaceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (file: File) =>
      api<Agent>("/agents/import", { method: "POST", query: { workspace_id: workspaceId }, body: await readAgentFile(file) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["agents"] }),
  });
}
