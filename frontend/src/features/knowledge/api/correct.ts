// POST /messages/{id}/corrections, and GET /knowledge/{id} of the bases that one may correct it into.
import { useMutation, useQueries, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import { isApiError } from "@/lib/api/errors";
import type { Corrected, Correction, KnowledgeBase } from "@/lib/api/knowledge-types";
import { baseKey } from "./base";

export function useCorrect(messageId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Correction) => api<Corrected>(`/messages/${messageId}/corrections`, { method: "POST", body }),
    onSuccess: (_made, { knowledge_id: id }) => {
      for (const key of [["base", id], ["documents", id], ["questions", id], ["chunks"], ["document"], ["knowledge"]]) void client.invalidateQueries({ queryKey: key });
    },
  });
}

interface Editable {
  bases: KnowledgeBase[];
  pending: boolean;
  /** Why none is there, unless it is only that one may not see them. */
  error: unknown;
  refetch: () => void;
}

function isHidden(error: unknown): boolean {
  return isApiError(error) && (error.status === 404 || error.status === 403);
}

function combined(results: UseQueryResult<KnowledgeBase>[]): Editable {
  const bases = results.flatMap(({ data }) => (data?.can_edit ? [data] : []));
  const failed = results.find((one) => one.isError && !isHidden(one.error));
  return {
    bases,
    pending: results.some((one) => one.isPending),
    error: bases.length === 0 ? (failed?.error ?? null) : null,
    refetch: () => results.forEach((one) => void one.refetch()),
  };
}

/** Those of these bases that one may change. */
export function useEditableBases(ids: readonly string[]): Editable {
  return useQueries({
    queries: ids.map((id) => ({ queryKey: baseKey(id), queryFn: ({ signal }: { signal: AbortSignal }) => api<KnowledgeBase>(`/knowledge/${id}`, { signal }) })),
    combine: combined,
  });
}
