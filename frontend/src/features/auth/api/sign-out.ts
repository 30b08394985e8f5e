// DELETE /auth/session
import { authPath } from "@/lib/api/auth-path";
import { request } from "@/lib/api/client";
import { isApiError } from "@/lib/api/errors";

export async function signOut(): Promise<void> {
  try {
    await request(authPath("/auth/session"), { method: "DELETE" });
  } catch (error) {
    // 401 is how being signed out is confirmed.
    if (!isApiError(error) || error.status !== 401) throw error;
  }
}
