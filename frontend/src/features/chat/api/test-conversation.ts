// The builder's test conversation of an agent: the last one, else a new one.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Conversation, Page } from "@/lib/api/types";

const keyOf = (agentId: string): string[] => ["test-conversation", agentId];

function createTest(agentId: string): Promise<Conversation> {
  return api<Conversation>("/conversations", { method: "POST", body: { agent_id: agentId, test: true } });
}

export function useTestConversation(agentId: string) {
  return useQuery({
    queryKey: keyOf(agentId),
    queryFn: async ({ signal }) => {
      const page = await api<Page<Conversation>>("/conversations", { query: { agent_id: agentId, test: true, limit: 1 }, signal });
      return page.items[0] ?? (await createTest(agentId));
    },
    staleTime: Infinity,
  });
}

export function useRestartTest(agentId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => createTest(agentId),
    onSuccess: (conversation) => client.setQueryData(keyOf(agentId), conversation),
  });
}
