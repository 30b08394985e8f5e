// POST /knowledge/{id}/documents/text
import { useMutation } from "@tanstack/react-query";
import { apiMade } from "@/lib/api/client";
import type { KnowledgeDocument } from "@/lib/api/knowledge-types";
import { useDocumentsChanged } from "./documents";

export function useAddText(baseId: string) {
  return useMutation({
    mutationFn: (body: { name: string; text: string }) => apiMade<KnowledgeDocument>(`/knowledge/${baseId}/documents/text`, { method: "POST", body }),
    onSuccess: useDocumentsChanged(baseId),
  });
}
