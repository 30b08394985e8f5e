// POST /knowledge, GET|PATCH|DELETE /knowledge/{id}
import { useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Chunking, KnowledgeBase, MetadataField, Retrieval } from "@/lib/api/knowledge-types";
import type { Visibility } from "@/lib/api/types";

const WORKING_POLL_MS = 2000;

export interface NewBase {
  name: string;
  description: string;
  visibility: Visibility;
  workspace_id: string;
  chunking?: Chunking;
  embedding_id?: string | null;
}

export interface BaseChange {
  name?: string;
  description?: string;
  visibility?: Visibility;
  retrieval?: Partial<Retrieval>;
  fields?: MetadataField[];
  caption_model_id?: string | null;
}

export const baseKey = (id: string): string[] => ["base", id];

export function isWorking(base: KnowledgeBase): boolean {
  return base.counts.working > 0 || base.building_index?.status === "building";
}

/** Asked again while documents are read or an index is built. */
export function useBase(id: string, enabled = true) {
  return useQuery({
    queryKey: baseKey(id),
    queryFn: ({ signal }) => api<KnowledgeBase>(`/knowledge/${id}`, { signal }),
    enabled,
    refetchInterval: ({ state }) => (state.data && isWorking(state.data) ? WORKING_POLL_MS : false),
  });
}

export function keepBase(client: QueryClient, base: KnowledgeBase): void {
  client.setQueryData(baseKey(base.id), base);
  void client.invalidateQueries({ queryKey: ["knowledge"] });
}

export function useCreateBase() {
  const client = useQueryClient();
  return useMutation({ mutationFn: (body: NewBase) => api<KnowledgeBase>("/knowledge", { method: "POST", body }), onSuccess: (made) => keepBase(client, made) });
}

export function useChangeBase(id: string) {
  const client = useQueryClient();
  return useMutation({ mutationFn: (body: BaseChange) => api<KnowledgeBase>(`/knowledge/${id}`, { method: "PATCH", body }), onSuccess: (changed) => keepBase(client, changed) });
}

export function useDeleteBase() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api<undefined>(`/knowledge/${id}`, { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["knowledge"] }),
  });
}
