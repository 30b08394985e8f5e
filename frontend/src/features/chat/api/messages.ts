// GET /conversations/{id}/messages: the active branch, newest page first, older ones on demand.
import { queryOptions, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useCallback, useRef } from "react";
import { api } from "@/lib/api/client";
import type { MessagePage } from "@/lib/api/types";
import { withNewest, withOlder, type Thread } from "../thread";

const PAGE = 60;

function fetchMessages(id: string, cursor: string | null, signal?: AbortSignal): Promise<MessagePage> {
  return api<MessagePage>(`/conversations/${id}/messages`, { query: { limit: PAGE, cursor }, signal });
}

export function messagesQuery(id: string) {
  return queryOptions({
    queryKey: ["messages", id],
    queryFn: async ({ signal, client }) => {
      const page = await fetchMessages(id, null, signal);
      return withNewest(client.getQueryData<Thread>(["messages", id]), page);
    },
  });
}

export function useMessages(id: string) {
  return useQuery(messagesQuery(id));
}

/** Loads the page before the oldest loaded message; calls while one is on its way do nothing. */
export function useLoadOlder(id: string): () => void {
  const client = useQueryClient();
  const loading = useRef(false);
  return useCallback(() => {
    if (loading.current) return;
    loading.current = true;
    void loadOlder(client, id).finally(() => {
      loading.current = false;
    });
  }, [client, id]);
}

async function loadOlder(client: QueryClient, id: string): Promise<void> {
  const known = client.getQueryData(messagesQuery(id).queryKey);
  if (!known?.next_cursor) return;
  const page = await fetchMessages(id, known.next_cursor).catch(() => null);
  if (page) client.setQueryData(messagesQuery(id).queryKey, (now) => (now ? withOlder(now, page) : now));
}
