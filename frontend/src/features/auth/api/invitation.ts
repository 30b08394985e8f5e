// GET /invitations/{token}: what one is invited to.
import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { InvitationPreview } from "@/lib/api/types";

export function useInvitation(token: string) {
  return useQuery({
    queryKey: ["invitation", token],
    queryFn: ({ signal }) => api<InvitationPreview>(`/invitations/${encodeURIComponent(token)}`, { signal }),
  });
}
