// POST /account/password/change
import { useMutation } from "@tanstack/react-query";
import { authPath } from "@/lib/api/auth-path";
import { request } from "@/lib/api/client";

interface PasswordChange {
  current_password: string;
  new_password: string;
}

export function useChangePassword() {
  return useMutation({ mutationFn: (body: PasswordChange) => request(authPath("/account/password/change"), { method: "POST", body }) });
}
