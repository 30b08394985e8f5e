// GET|PATCH|DELETE /documents/{id}, POST /documents/{id}/retry and /cancel
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { KnowledgeDocument, Metadata } from "@/lib/api/knowledge-types";
import { isAtWork } from "./documents";

const WORKING_POLL_MS = 1500;

export function useDocument(id: string) {
  return useQuery({
    queryKey: ["document", id],
    queryFn: ({ signal }) => api<KnowledgeDocument>(`/documents/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data && isAtWork(state.data) ? WORKING_POLL_MS : false),
  });
}

export type DocumentDeed =
  | { deed: "change"; body: { name?: string; metadata?: Metadata; enabled?: boolean } }
  | { deed: "retry" | "cancel" | "delete" };

function send(id: string, deed: DocumentDeed): Promise<KnowledgeDocument | undefined> {
  switch (deed.deed) {
    case "change":
      return api<KnowledgeDocument>(`/documents/${id}`, { method: "PATCH", body: deed.body });
    case "delete":
      return api<undefined>(`/documents/${id}`, { method: "DELETE" });
    case "retry":
    case "cancel":
      return api<KnowledgeDocument>(`/documents/${id}/${deed.deed}`, { method: "POST" });
  }
}

export function useDocumentDeed({ id, knowledge_id: baseId }: { id: string; knowledge_id: string }) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (deed: DocumentDeed) => send(id, deed),
    onSuccess: (changed, { deed }) => {
      if (changed) client.setQueryData(["document", id], changed);
      if (deed === "delete") client.removeQueries({ queryKey: ["document", id] });
      void client.invalidateQueries({ queryKey: ["documents", baseId] });
      void client.invalidateQueries({ queryKey: ["base", baseId] });
      if (deed === "retry") void client.invalidateQueries({ queryKey: ["chunks", id] });
    },
  });
}

export function contentUrl(id: string): string {
  return `/api/v1/documents/${encodeURIComponent(id)}/content`;
}

export function pageUrl(id: string, page: number, width: number): string {
  return `/api/v1/documents/${encodeURIComponent(id)}/pages/${page}?width=${width}`;
}
