// GET|POST /knowledge/{id}/indexes, POST /indexes/{id}/activate, DELETE /indexes/{id}
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Chunking, IndexRef, KnowledgeBase } from "@/lib/api/knowledge-types";
import type { Page } from "@/lib/api/types";
import { keepBase } from "./base";

const BUILDING_POLL_MS = 2000;

export function useIndexes(baseId: string) {
  return useQuery({
    queryKey: ["indexes", baseId],
    queryFn: async ({ signal }) => (await api<Page<IndexRef>>(`/knowledge/${baseId}/indexes`, { signal })).items,
    refetchInterval: ({ state }) => (state.data?.some((index) => index.status === "building") ? BUILDING_POLL_MS : false),
  });
}

/** What is not given is as the active index has it. */
export interface NewIndex {
  chunking?: Chunking;
  embedding_id?: string | null;
}

export function useBuildIndex(baseId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewIndex) => api<IndexRef>(`/knowledge/${baseId}/indexes`, { method: "POST", body }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["indexes", baseId] });
      void client.invalidateQueries({ queryKey: ["base", baseId] });
    },
  });
}

/** The switch: from now on searches ask this index, and documents are shown as it was cut. */
export function useActivateIndex(baseId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api<KnowledgeBase>(`/indexes/${id}/activate`, { method: "POST" }),
    onSuccess: (base) => {
      keepBase(client, base);
      for (const key of [["indexes", baseId], ["documents", baseId], ["chunks"], ["document"]]) void client.invalidateQueries({ queryKey: key });
    },
  });
}

export function useDeleteIndex(baseId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api<undefined>(`/indexes/${id}`, { method: "DELETE" }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["indexes", baseId] });
      void client.invalidateQueries({ queryKey: ["base", baseId] });
    },
  });
}
