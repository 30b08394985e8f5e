// GET /workspaces/{id}/secrets: the names of a workspace's secrets; values never come back.
import { useQuery } from "@tanstack/react-query";
import { api } from "../client";
import type { Page, Secret } from "../types";

export function useSecrets(workspaceId: string) {
  return useQuery({
    queryKey: ["secrets", workspaceId],
    queryFn: async ({ signal }) => (await api<Page<Secret>>(`/workspaces/${workspaceId}/secrets`, { query: { limit: 100 }, signal })).items,
  });
}
