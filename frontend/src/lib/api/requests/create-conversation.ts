// POST /conversations
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../client";
import type { Conversation, Variables } from "../types";
import { conversationQuery } from "./conversation";

export interface NewConversation {
  agent_id: string;
  test?: boolean;
  variables?: Variables;
}

export function useCreateConversation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewConversation) => api<Conversation>("/conversations", { method: "POST", body }),
    onSuccess: (conversation) => {
      client.setQueryData(conversationQuery(conversation.id).queryKey, conversation);
      if (!conversation.is_test) void client.invalidateQueries({ queryKey: ["conversations"] });
    },
  });
}
