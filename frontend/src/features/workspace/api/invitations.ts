// GET|POST /workspaces/{id}/invitations, DELETE .../{invitation_id}
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Invitation, Page, Role } from "@/lib/api/types";

export function useInvitations(workspaceId: string) {
  return useQuery({
    queryKey: ["invitations", workspaceId],
    queryFn: async ({ signal }) => (await api<Page<Invitation>>(`/workspaces/${workspaceId}/invitations`, { query: { limit: 100 }, signal })).items,
  });
}

export function useInvite(workspaceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; role: Role }) => api<Invitation>(`/workspaces/${workspaceId}/invitations`, { method: "POST", body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["invitations", workspaceId] }),
  });
}

export function useWithdrawInvitation(workspaceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api(`/workspaces/${workspaceId}/invitations/${id}`, { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["invitations", workspaceId] }),
  });
}
