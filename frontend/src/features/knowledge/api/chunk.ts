// One passage of a document, looked for page by page in GET /documents/{id}/chunks.
import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Chunk } from "@/lib/api/knowledge-types";
import type { Page } from "@/lib/api/types";

const MOST_PAGES = 100;

/** Null: the document is no longer cut into such a passage. */
export function useChunk(documentId: string, chunkId: number | null, enabled = true) {
  return useQuery({
    queryKey: ["chunks", documentId, "one", chunkId],
    queryFn: async ({ signal }) => {
      let cursor: string | null = null;
      for (let pages = 0; pages < MOST_PAGES; pages += 1) {
        const page: Page<Chunk> = await api<Page<Chunk>>(`/documents/${documentId}/chunks`, { query: { limit: 100, cursor }, signal });
        const found = page.items.find((chunk) => chunk.id === chunkId);
        if (found) return found;
        cursor = page.next_cursor;
        if (!cursor) break;
      }
      return null;
    },
    enabled: enabled && chunkId !== null,
  });
}
