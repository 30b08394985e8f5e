// POST /auth/password/reset
import { useMutation } from "@tanstack/react-query";
import { authPath } from "@/lib/api/auth-path";
import { request } from "@/lib/api/client";
import { isApiError } from "@/lib/api/errors";

interface Reset {
  key: string;
  password: string;
}

async function resetPassword(body: Reset): Promise<void> {
  try {
    await request(authPath("/auth/password/reset"), { method: "POST", body });
  } catch (error) {
    // 401 is success without being signed in.
    if (!isApiError(error) || error.status !== 401) throw error;
  }
}

export function useResetPassword() {
  return useMutation({ mutationFn: resetPassword });
}
