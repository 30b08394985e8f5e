// POST /knowledge/search
import { useMutation } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Filter, Findings, SearchMode } from "@/lib/api/knowledge-types";

export interface Search {
  query: string;
  knowledge_ids: string[];
  mode?: SearchMode;
  top_k?: number;
  threshold?: number;
  rerank?: boolean;
  filter?: Filter;
  index_id?: string;
}

export function useSearch() {
  return useMutation({ mutationFn: (body: Search) => api<Findings>("/knowledge/search", { method: "POST", body }) });
}
