// GET|POST /knowledge/{id}/evaluations: asked again while one is running.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Evaluation } from "@/lib/api/knowledge-types";
import type { Page } from "@/lib/api/types";

const RUNNING_POLL_MS = 2000;

export function useEvaluations(baseId: string) {
  return useQuery({
    queryKey: ["evaluations", baseId],
    queryFn: async ({ signal }) => (await api<Page<Evaluation>>(`/knowledge/${baseId}/evaluations`, { query: { limit: 50 }, signal })).items,
    refetchInterval: ({ state }) => (state.data?.some((one) => one.status === "running") ? RUNNING_POLL_MS : false),
  });
}

export function useEvaluate(baseId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (index_ids: string[]) => api<Page<Evaluation>>(`/knowledge/${baseId}/evaluations`, { method: "POST", body: { index_ids } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["evaluations", baseId] }),
  });
}
