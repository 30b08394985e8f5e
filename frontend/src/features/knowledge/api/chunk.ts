// GET /chunks/{id}: one passage of a document.
import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import { isApiError } from "@/lib/api/errors";
import type { Chunk } from "@/lib/api/knowledge-types";

function ifGone(error: unknown): null {
  if (isApiError(error) && error.status === 404) return null;
  throw error;
}

/** Null: the document is no longer cut into such a passage. */
export function useChunk(documentId: string, chunkId: number | null, enabled = true) {
  return useQuery({
    queryKey: ["chunks", documentId, "one", chunkId],
    queryFn: async ({ signal }) => {
      const chunk = await api<Chunk>(`/chunks/${chunkId ?? 0}`, { signal }).catch(ifGone);
      return chunk?.document_id === documentId ? chunk : null;
    },
    enabled: enabled && chunkId !== null,
  });
}
