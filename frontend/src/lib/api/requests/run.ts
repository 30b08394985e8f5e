// GET /runs/{id}
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "../client";
import type { Run } from "../types";

export const fetchRun = (id: string, signal?: AbortSignal): Promise<Run> => api<Run>(`/runs/${id}`, { signal });

export function runQuery(id: string) {
  return queryOptions({ queryKey: ["run", id], queryFn: ({ signal }) => fetchRun(id, signal) });
}

export function useRun(id: string) {
  return useQuery(runQuery(id));
}
