// GET|DELETE /memories, PATCH|DELETE /memories/{id}
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Memory, Page } from "@/lib/api/types";

export function useMemories() {
  return useQuery({
    queryKey: ["memories"],
    queryFn: async ({ signal }) => {
      const items: Memory[] = [];
      let cursor: string | null = null;
      do {
        const page: Page<Memory> = await api<Page<Memory>>("/memories", { query: { limit: 100, cursor }, signal });
        items.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor && items.length < 2000);
      return items;
    },
  });
}

type MemoryEdit = { action: "change"; id: string; text: string } | { action: "forget"; id: string } | { action: "forget_all"; agentId: string };

export function useEditMemory() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (edit: MemoryEdit): Promise<unknown> => {
      if (edit.action === "change") return api(`/memories/${edit.id}`, { method: "PATCH", body: { text: edit.text } });
      if (edit.action === "forget") return api(`/memories/${edit.id}`, { method: "DELETE" });
      return api("/memories", { method: "DELETE", query: { agent_id: edit.agentId } });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["memories"] }),
  });
}
