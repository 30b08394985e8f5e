// POST /documents/{id}/retry for every document of a base that has failed.
import { useMutation } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { KnowledgeDocument } from "@/lib/api/knowledge-types";
import type { Page } from "@/lib/api/types";
import { useDocumentsChanged } from "./documents";

const MOST = 1000;

async function failedIds(baseId: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<KnowledgeDocument> = await api<Page<KnowledgeDocument>>(`/knowledge/${baseId}/documents`, { query: { state: "failed", limit: 100, cursor } });
    ids.push(...page.items.map((one) => one.id));
    cursor = page.next_cursor;
  } while (cursor && ids.length < MOST);
  return ids;
}

/** How many were begun anew. */
export function useRetryFailed(baseId: string) {
  return useMutation({
    mutationFn: async () => {
      const ids = await failedIds(baseId);
      for (const id of ids) await api(`/documents/${id}/retry`, { method: "POST" });
      return ids.length;
    },
    onSettled: useDocumentsChanged(baseId),
  });
}
