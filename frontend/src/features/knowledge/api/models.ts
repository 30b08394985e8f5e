// GET|POST /knowledge-models, PATCH|DELETE /knowledge-models/{id}, POST /knowledge-models/{id}/check
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { KnowledgeModel } from "@/lib/api/knowledge-types";
import type { Page } from "@/lib/api/types";

const KEY = ["knowledge-models"];

export function useKnowledgeModels() {
  return useQuery({ queryKey: KEY, queryFn: async ({ signal }) => (await api<Page<KnowledgeModel>>("/knowledge-models", { signal })).items });
}

export interface KnowledgeModelInput {
  name: string;
  kind: KnowledgeModel["kind"];
  url: string;
  model: string;
  api_key?: string;
}

export type ModelDeed =
  | { deed: "add"; body: KnowledgeModelInput }
  | { deed: "change"; id: string; body: Partial<Omit<KnowledgeModelInput, "kind">> }
  | { deed: "delete" | "check"; id: string };

function send(deed: ModelDeed): Promise<KnowledgeModel | undefined> {
  switch (deed.deed) {
    case "add":
      return api<KnowledgeModel>("/knowledge-models", { method: "POST", body: deed.body });
    case "change":
      return api<KnowledgeModel>(`/knowledge-models/${deed.id}`, { method: "PATCH", body: deed.body });
    case "delete":
      return api<undefined>(`/knowledge-models/${deed.id}`, { method: "DELETE" });
    case "check":
      return api<KnowledgeModel>(`/knowledge-models/${deed.id}/check`, { method: "POST" });
  }
}

export function useModelDeed() {
  const client = useQueryClient();
  return useMutation({ mutationFn: send, onSettled: () => client.invalidateQueries({ queryKey: KEY }) });
}
