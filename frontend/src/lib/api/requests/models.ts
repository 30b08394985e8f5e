// GET /models: what agents can run on, and in what state it is.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "../client";
import type { Model, Page } from "../types";

const LOADING_POLL_MS = 3000;

export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: async ({ signal }) => (await api<Page<Model>>("/models", { signal })).items,
  refetchInterval: ({ state }) => (state.data?.some((model) => model.status === "loading" || model.self_test_running) ? LOADING_POLL_MS : false),
});

export function useModels() {
  return useQuery(modelsQuery);
}
