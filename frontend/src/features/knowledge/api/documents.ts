// GET /knowledge/{id}/documents: page by page, asked again while one of them is worked on.
import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { DocumentState, KnowledgeDocument } from "@/lib/api/knowledge-types";
import type { Page } from "@/lib/api/types";

export interface DocumentFilter {
  q: string;
  state: DocumentState | "";
}

const PAGE = 50;
const WORKING_POLL_MS = 2000;
const WORKING = new Set<DocumentState>(["received", "parsing", "embedding"]);

export function isAtWork(document: { state: DocumentState }): boolean {
  return WORKING.has(document.state);
}

export function useDocuments(baseId: string, { q, state }: DocumentFilter) {
  return useInfiniteQuery({
    queryKey: ["documents", baseId, { q, state }],
    queryFn: ({ pageParam, signal }) => api<Page<KnowledgeDocument>>(`/knowledge/${baseId}/documents`, { query: { q, state, limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.data?.pages.some((page) => page.items.some(isAtWork)) ? WORKING_POLL_MS : false),
  });
}

/** For what has changed the documents of a base: their list and their numbers. */
export function useDocumentsChanged(baseId: string): () => void {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: ["documents", baseId] });
    void client.invalidateQueries({ queryKey: ["base", baseId] });
  };
}
