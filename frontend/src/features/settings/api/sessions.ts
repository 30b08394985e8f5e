// GET|DELETE /auth/sessions: where one is signed in.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { authPath } from "@/lib/api/auth-path";
import { request } from "@/lib/api/client";

export interface Session {
  id: number;
  user_agent: string;
  ip: string;
  created_at: number;
  is_current: boolean;
  last_seen_at?: number;
}

export function useSessions() {
  return useQuery({
    queryKey: ["sessions"],
    queryFn: async ({ signal }) => (await request<{ data: Session[] }>(authPath("/auth/sessions"), { signal })).data,
  });
}

export function useEndSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (sessions: number[]) => request(authPath("/auth/sessions"), { method: "DELETE", body: { sessions } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["sessions"] }),
  });
}
