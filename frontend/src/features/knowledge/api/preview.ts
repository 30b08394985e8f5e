// POST /knowledge/{id}/preview: how a document would be cut otherwise; nothing is kept.
import { useMutation } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Chunking, Piece } from "@/lib/api/knowledge-types";

export interface Preview {
  pieces: Piece[];
  total: number;
}

export function usePreview(baseId: string) {
  return useMutation({ mutationFn: (body: { document_id: string; chunking: Chunking }) => api<Preview>(`/knowledge/${baseId}/preview`, { method: "POST", body }) });
}
