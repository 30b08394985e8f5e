// GET /workspaces/{id}/members, PATCH|DELETE .../{member_id}
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import { meQuery } from "@/lib/api/requests/me";
import type { Member, Page, Role } from "@/lib/api/types";

export function useMembers(workspaceId: string) {
  return useQuery({
    queryKey: ["members", workspaceId],
    queryFn: async ({ signal }) => (await api<Page<Member>>(`/workspaces/${workspaceId}/members`, { query: { limit: 100 }, signal })).items,
  });
}

export function useChangeMember(workspaceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, role }: { id: string; role: Role | null }) => {
      const path = `/workspaces/${workspaceId}/members/${id}`;
      return role === null ? api<unknown>(path, { method: "DELETE" }) : api<unknown>(path, { method: "PATCH", body: { role } });
    },
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: ["members", workspaceId] }), client.invalidateQueries({ queryKey: meQuery.queryKey })]),
  });
}
