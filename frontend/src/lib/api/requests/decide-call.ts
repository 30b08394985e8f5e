// POST /runs/{id}/calls/{call_id}/decision and /result: what a waiting run waits for.
import { useMutation } from "@tanstack/react-query";
import { api } from "../client";
import type { Run } from "../types";

export type CallAnswer =
  | { decision: "approve" | "deny"; note: string }
  | { output: string; failed: boolean };

export function useAnswerCall(runId: string, callId: string) {
  return useMutation({
    mutationFn: (answer: CallAnswer) => {
      const what = "decision" in answer ? "decision" : "result";
      return api<Run>(`/runs/${runId}/calls/${encodeURIComponent(callId)}/${what}`, { method: "POST", body: answer });
    },
  });
}
