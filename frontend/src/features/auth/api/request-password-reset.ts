// POST /auth/password/request
import { useMutation } from "@tanstack/react-query";
import { authPath } from "@/lib/api/auth-path";
import { request } from "@/lib/api/client";
import { isApiError } from "@/lib/api/errors";

async function requestPasswordReset(email: string): Promise<void> {
  try {
    await request(authPath("/auth/password/request"), { method: "POST", body: { email } });
  } catch (error) {
    // 401 here only says that nobody is signed in yet.
    if (!isApiError(error) || error.status !== 401) throw error;
  }
}

export function useRequestPasswordReset() {
  return useMutation({ mutationFn: requestPasswordReset });
}
