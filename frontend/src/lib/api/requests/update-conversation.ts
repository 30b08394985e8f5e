// PATCH /conversations/{id}: title, branch, variables.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../client";
import type { Conversation, Variables } from "../types";
import { conversationQuery } from "./conversation";

interface ConversationChange {
  id: string;
  title?: string;
  head_message_id?: string;
  variables?: Variables;
}

export function useUpdateConversation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: ConversationChange) => api<Conversation>(`/conversations/${id}`, { method: "PATCH", body }),
    onSuccess: async (conversation, change) => {
      client.setQueryData(conversationQuery(conversation.id).queryKey, conversation);
      if (change.head_message_id) await client.invalidateQueries({ queryKey: ["messages", conversation.id] });
      if (change.title !== undefined) await client.invalidateQueries({ queryKey: ["conversations"] });
    },
  });
}
