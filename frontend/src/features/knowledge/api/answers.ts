// GET /documents/{id}/answers: one's own answers that were given passages of it.
import { useInfiniteQuery } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Page } from "@/lib/api/types";

export interface AnswerUse {
  conversation_id: string;
  run_id: string;
  message_id: string;
  question: string;
  answered_at: string;
  cited: boolean;
}

export function useAnswers(documentId: string) {
  return useInfiniteQuery({
    queryKey: ["document-answers", documentId],
    queryFn: ({ pageParam, signal }) => api<Page<AnswerUse>>(`/documents/${documentId}/answers`, { query: { limit: 50, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}
