// DELETE /conversations/{id} and POST /conversations/{id}/restore
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";

interface ConversationAction {
  id: string;
  action: "delete" | "restore";
}

export function useConversationAction() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, action }: ConversationAction) =>
      action === "delete" ? api(`/conversations/${id}`, { method: "DELETE" }) : api(`/conversations/${id}/restore`, { method: "POST" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["conversations"] }),
  });
}
