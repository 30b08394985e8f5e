// POST /workspaces/{id}/secrets, PUT|DELETE .../{secret_id}
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";

type SecretEdit = { action: "add"; name: string; value: string } | { action: "replace"; id: string; value: string } | { action: "delete"; id: string };

export function useEditSecret(workspaceId: string) {
  const client = useQueryClient();
  const base = `/workspaces/${workspaceId}/secrets`;
  return useMutation({
    mutationFn: (edit: SecretEdit): Promise<unknown> => {
      if (edit.action === "add") return api(base, { method: "POST", body: { name: edit.name, value: edit.value } });
      if (edit.action === "replace") return api(`${base}/${edit.id}`, { method: "PUT", body: { value: edit.value } });
      return api(`${base}/${edit.id}`, { method: "DELETE" });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["secrets", workspaceId] }),
  });
}
