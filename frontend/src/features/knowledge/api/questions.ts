// GET|POST /knowledge/{id}/questions, POST …/questions/draft, PATCH|DELETE /questions/{id}
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Gold, Question } from "@/lib/api/knowledge-types";
import type { Page } from "@/lib/api/types";

const MOST = 1000;
const DRAFTING_POLL_MS = 3000;

/** `drafting`: the model is writing some, so they are asked for again and again. */
export function useQuestions(baseId: string, drafting = false) {
  return useQuery({
    queryKey: ["questions", baseId],
    queryFn: async ({ signal }) => {
      const items: Question[] = [];
      let cursor: string | null = null;
      do {
        const page: Page<Question> = await api<Page<Question>>(`/knowledge/${baseId}/questions`, { query: { limit: 100, cursor }, signal });
        items.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor && items.length < MOST);
      return items;
    },
    refetchInterval: drafting ? DRAFTING_POLL_MS : false,
  });
}

export interface QuestionBody {
  text?: string;
  gold?: Gold[];
  status?: Question["status"];
}

export type QuestionDeed =
  | { deed: "add"; body: QuestionBody }
  | { deed: "change"; id: string; body: QuestionBody }
  | { deed: "delete"; id: string };

function send(baseId: string, deed: QuestionDeed): Promise<Question | undefined> {
  switch (deed.deed) {
    case "add":
      return api<Question>(`/knowledge/${baseId}/questions`, { method: "POST", body: deed.body });
    case "change":
      return api<Question>(`/questions/${deed.id}`, { method: "PATCH", body: deed.body });
    case "delete":
      return api<undefined>(`/questions/${deed.id}`, { method: "DELETE" });
  }
}

export function useQuestionDeed(baseId: string) {
  const client = useQueryClient();
  return useMutation({ mutationFn: (deed: QuestionDeed) => send(baseId, deed), onSuccess: () => client.invalidateQueries({ queryKey: ["questions", baseId] }) });
}

export function useDraftQuestions(baseId: string) {
  return useMutation({ mutationFn: (count: number) => api<{ count: number }>(`/knowledge/${baseId}/questions/draft`, { method: "POST", body: { count } }) });
}
