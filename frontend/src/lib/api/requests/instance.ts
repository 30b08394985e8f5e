// GET /instance: what this installation is called and who may sign up.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "../client";
import type { Instance } from "../types";

export const instanceQuery = queryOptions({
  queryKey: ["instance"],
  queryFn: ({ signal }) => api<Instance>("/instance", { signal }),
  staleTime: 60_000,
});

export function useInstance() {
  return useQuery(instanceQuery);
}
