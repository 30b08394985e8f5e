// GET|PATCH|DELETE /functions/{id}, POST /functions
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { UserFunction } from "@/lib/api/types";

export interface FunctionInput {
  code: string;
  secret_names: string[];
  changes_world: boolean;
  visibility: UserFunction["visibility"];
}

export function useFunction(id: string) {
  return useQuery({ queryKey: ["function", id], queryFn: ({ signal }) => api<UserFunction>(`/functions/${id}`, { signal }) });
}

export function useSaveFunction(id: string | null, workspaceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: FunctionInput) => (id ? api<UserFunction>(`/functions/${id}`, { method: "PATCH", body }) : api<UserFunction>("/functions", { method: "POST", body: { ...body, workspace_id: workspaceId } })),
    onSuccess: (saved) => {
      client.setQueryData(["function", saved.id], saved);
      void client.invalidateQueries({ queryKey: ["functions"] });
    },
  });
}

export function useDeleteFunction() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api<undefined>(`/functions/${id}`, { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["functions"] }),
  });
}
