// GET|POST /documents/{id}/chunks, PATCH|DELETE /chunks/{id}
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Chunk } from "@/lib/api/knowledge-types";
import type { Page } from "@/lib/api/types";

const PAGE = 100;

export function useChunks(documentId: string, enabled = true) {
  return useInfiniteQuery({
    queryKey: ["chunks", documentId],
    queryFn: ({ pageParam, signal }) => api<Page<Chunk>>(`/documents/${documentId}/chunks`, { query: { limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled,
  });
}

export type ChunkDeed =
  | { deed: "add"; body: { text: string; question?: string; after?: number } }
  | { deed: "change"; id: number; body: { text?: string; question?: string; enabled?: boolean } }
  | { deed: "delete"; id: number };

function send(documentId: string, deed: ChunkDeed): Promise<Chunk | undefined> {
  switch (deed.deed) {
    case "add":
      return api<Chunk>(`/documents/${documentId}/chunks`, { method: "POST", body: deed.body });
    case "change":
      return api<Chunk>(`/chunks/${deed.id}`, { method: "PATCH", body: deed.body });
    case "delete":
      return api<undefined>(`/chunks/${deed.id}`, { method: "DELETE" });
  }
}

export function useChunkDeed(documentId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (deed: ChunkDeed) => send(documentId, deed),
    onSuccess: async () => {
      void client.invalidateQueries({ queryKey: ["document", documentId] });
      await client.invalidateQueries({ queryKey: ["chunks", documentId] });
    },
  });
}
