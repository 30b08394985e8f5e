// GET /me: who is signed in and where they belong.
import { queryOptions, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { api } from "../client";
import type { Me, Workspace } from "../types";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => api<Me>("/me", { signal }),
  staleTime: 60_000,
});

/** The signed-in person; only for pages behind the sign-in guard, which has loaded it. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

export function useMaybeMe(): Me | undefined {
  return useQuery({ ...meQuery, enabled: false }).data;
}

export function useWorkspace(): Workspace {
  const me = useMe();
  const found = me.workspaces.find((workspace) => workspace.id === me.default_workspace_id) ?? me.workspaces[0];
  return found ?? { id: "", name: "", role: "viewer" };
}

export function canEdit(role: Workspace["role"]): boolean {
  return role !== "viewer";
}

export function canManage(role: Workspace["role"]): boolean {
  return role === "owner" || role === "admin";
}
