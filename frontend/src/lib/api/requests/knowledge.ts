// GET /knowledge: the knowledge bases one may read.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "../client";
import type { KnowledgeBase } from "../knowledge-types";
import type { Page } from "../types";

const MOST = 1000;

export function basesQuery(workspaceId: string, q = "") {
  return queryOptions({
    queryKey: ["knowledge", workspaceId, q],
    queryFn: async ({ signal }) => {
      const items: KnowledgeBase[] = [];
      let cursor: string | null = null;
      do {
        const page: Page<KnowledgeBase> = await api<Page<KnowledgeBase>>("/knowledge", { query: { q, workspace_id: workspaceId, limit: 100, cursor }, signal });
        items.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor && items.length < MOST);
      return items;
    },
  });
}

export function useBases(workspaceId: string, q = "") {
  return useQuery(basesQuery(workspaceId, q));
}
