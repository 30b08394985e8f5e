// POST /workspaces, PATCH|DELETE /workspaces/{id}
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import { meQuery } from "@/lib/api/requests/me";
import type { Workspace } from "@/lib/api/types";

export function useCreateWorkspace() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => api<Workspace>("/workspaces", { method: "POST", body: { name } }),
    onSuccess: () => client.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
}

export function useChangeWorkspace(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string | null): Promise<unknown> =>
      name === null ? api(`/workspaces/${id}`, { method: "DELETE" }) : api(`/workspaces/${id}`, { method: "PATCH", body: { name } }),
    onSuccess: () => client.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
}
