// GET /conversations: one's own conversations, newest first.
import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { api } from "../client";
import type { Conversation, Page } from "../types";

function conversationsQuery(q: string) {
  return infiniteQueryOptions({
    queryKey: ["conversations", q],
    queryFn: ({ pageParam, signal }) =>
      api<Page<Conversation>>("/conversations", { query: { q, limit: 50, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useConversations(q: string) {
  return useInfiniteQuery(conversationsQuery(q));
}
