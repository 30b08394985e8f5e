// PATCH /me: name, language, current workspace.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../client";
import type { LanguageChoice, Me } from "../types";
import { meQuery } from "./me";

interface MeChange {
  name?: string;
  language?: LanguageChoice;
  default_workspace_id?: string;
}

export function useUpdateMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: MeChange) => api<Me>("/me", { method: "PATCH", body }),
    onSuccess: (me) => client.setQueryData(meQuery.queryKey, me),
  });
}
