// POST /conversations/{id}/runs
import { api } from "@/lib/api/client";
import type { RunAnswer, RunBody } from "@/lib/api/types";

export function startRun(conversationId: string, body: RunBody, idempotencyKey: string): Promise<RunAnswer> {
  return api<RunAnswer>(`/conversations/${conversationId}/runs`, {
    method: "POST",
    body,
    headers: { "Idempotency-Key": idempotencyKey },
  });
}
