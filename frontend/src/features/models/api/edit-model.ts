// POST /models, PATCH|DELETE /models/{id}, POST /models/{id}/check and /self-test
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import { modelsQuery } from "@/lib/api/requests/models";
import type { Model, ModelInput } from "@/lib/api/types";

type ModelEdit =
  | { action: "add"; body: ModelInput }
  | { action: "change"; id: string; body: Partial<ModelInput> }
  | { action: "delete"; id: string }
  | { action: "check" | "self-test"; id: string };

function send(edit: ModelEdit): Promise<Model | undefined> {
  switch (edit.action) {
    case "add":
      return api<Model>("/models", { method: "POST", body: edit.body });
    case "change":
      return api<Model>(`/models/${edit.id}`, { method: "PATCH", body: edit.body });
    case "delete":
      return api<undefined>(`/models/${edit.id}`, { method: "DELETE" });
    case "check":
    case "self-test":
      return api<Model>(`/models/${edit.id}/${edit.action}`, { method: "POST" });
  }
}

export function useEditModel() {
  const client = useQueryClient();
  return useMutation({ mutationFn: send, onSettled: () => client.invalidateQueries({ queryKey: modelsQuery.queryKey }) });
}
