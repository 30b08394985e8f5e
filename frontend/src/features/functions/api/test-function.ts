// POST /functions/test: one run of code in the sandbox, kept nowhere.
import { useMutation } from "@tanstack/react-query";
import { api } from "@/lib/api/client";

export interface Trial {
  code: string;
  arguments: Record<string, unknown>;
  secret_names: string[];
  workspace_id: string;
}

export interface TrialOutcome {
  ok: boolean;
  output: string | null;
  error: string | null;
  printed: string;
  line: number | null;
  ms: number;
}

export function useTestFunction() {
  return useMutation({ mutationFn: (body: Trial) => api<TrialOutcome>("/functions/test", { method: "POST", body }) });
}
