// GET /conversations/{id}
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "../client";
import type { Conversation } from "../types";

export function conversationQuery(id: string) {
  return queryOptions({
    queryKey: ["conversation", id],
    queryFn: ({ signal }) => api<Conversation>(`/conversations/${id}`, { signal }),
  });
}

export function useConversation(id: string) {
  return useQuery(conversationQuery(id));
}
