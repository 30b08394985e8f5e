// POST /auth/signup
import { useMutation } from "@tanstack/react-query";
import { authPath } from "@/lib/api/auth-path";
import { request } from "@/lib/api/client";

interface SignUp {
  name: string;
  email: string;
  password: string;
  /** The token that admits where sign-up is closed. */
  invitation?: string;
}

export function useSignUp() {
  return useMutation({ mutationFn: (body: SignUp) => request(authPath("/auth/signup"), { method: "POST", body }) });
}
