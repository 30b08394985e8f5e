// POST /invitations/{token}/accept
import { useMutation } from "@tanstack/react-query";
import { api } from "@/lib/api/client";

export function useAcceptInvitation() {
  return useMutation({
    mutationFn: (token: string) => api(`/invitations/${encodeURIComponent(token)}/accept`, { method: "POST" }),
  });
}
