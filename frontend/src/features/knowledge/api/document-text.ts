// GET /documents/{id}/text: what was read of it.
import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { DocumentText } from "@/lib/api/knowledge-types";

export function useDocumentText(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ["document-text", id],
    queryFn: ({ signal }) => api<DocumentText>(`/documents/${id}/text`, { signal }),
    enabled,
    staleTime: 60_000,
    gcTime: 60_000,
  });
}
