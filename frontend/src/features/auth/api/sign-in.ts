// POST /auth/login
import { useMutation } from "@tanstack/react-query";
import { authPath } from "@/lib/api/auth-path";
import { request } from "@/lib/api/client";

interface SignIn {
  email: string;
  password: string;
}

export function useSignIn() {
  return useMutation({ mutationFn: (body: SignIn) => request(authPath("/auth/login"), { method: "POST", body }) });
}
