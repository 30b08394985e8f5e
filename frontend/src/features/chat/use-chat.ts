// Orchestrates one conversation: what is loaded, what is being sent, what runs, and what can be done.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { errorText } from "@/lib/api/error-text";
import { useCancelRun } from "@/lib/api/requests/cancel-run";
import { useConversation } from "@/lib/api/requests/conversation";
import { useUpdateConversation } from "@/lib/api/requests/update-conversation";
import type { Message } from "@/lib/api/types";
import { useRunState, useWatchConversation } from "@/lib/live/context";
import { isEnded } from "@/lib/live/runs";
import { messagesQuery, useLoadOlder, useMessages } from "./api/messages";
import { useOutbox, useOutgoing } from "./outbox-context";
import { keptDuring } from "./thread";

/** The thread's last run, and a fresh thread once it has ended. */
function useLatestRun(conversationId: string, items: Message[]) {
  const client = useQueryClient();
  const run = items.at(-1)?.run ?? null;
  const state = useRunState(run);
  const running = state !== null && !isEnded(state.status);
  const wasOpen = run !== null && !isEnded(run.status);
  useEffect(() => {
    if (running || !wasOpen) return;
    void client.invalidateQueries({ queryKey: messagesQuery(conversationId).queryKey });
    void client.invalidateQueries({ queryKey: ["conversation", conversationId] });
    void client.invalidateQueries({ queryKey: ["conversations"] });
  }, [client, conversationId, running, wasOpen]);
  return { run, state, running };
}

function useThreadActions(conversationId: string) {
  const { t } = useTranslation();
  const outbox = useOutbox();
  const { mutate: update } = useUpdateConversation();
  const onEdit = useCallback((message: Message, text: string) => outbox.send(conversationId, { text, parent_id: message.parent_id, ...withFiles(message.files.map((file) => file.id)) }), [outbox, conversationId]);
  const onRegenerate = useCallback((message: Message) => outbox.send(conversationId, { regenerate: message.id }), [outbox, conversationId]);
  const onBranch = useCallback((id: string) => {
    update({ id: conversationId, head_message_id: id }, { onError: (error) => toast.error(errorText(error, t)) });
  }, [update, conversationId, t]);
  return { onEdit, onRegenerate, onBranch };
}

function withFiles(ids: string[]): { file_ids?: string[] } {
  return ids.length > 0 ? { file_ids: ids } : {};
}

export function useChat(conversationId: string) {
  const { t } = useTranslation();
  const outbox = useOutbox();
  const conversation = useConversation(conversationId);
  const messages = useMessages(conversationId);
  const outgoing = useOutgoing(conversationId);
  const loadOlder = useLoadOlder(conversationId);
  useWatchConversation(conversationId);
  const items = useMemo(() => messages.data?.items ?? [], [messages.data]);
  const visible = useMemo(() => (outgoing ? keptDuring(items, outgoing.body) : items), [items, outgoing]);
  const { run, state, running } = useLatestRun(conversationId, items);
  const cancel = useCancelRun();
  const actions = useThreadActions(conversationId);
  return {
    conversation,
    messages,
    visible,
    outgoing,
    outbox,
    state,
    running,
    busy: running || outgoing !== null,
    hasOlder: messages.data?.next_cursor !== null && messages.data !== undefined,
    loadOlder,
    send: (text: string, fileIds: string[]) => outbox.send(conversationId, { text, ...withFiles(fileIds) }),
    stop: () => {
      if (run) cancel.mutate(run.id, { onError: (error) => toast.error(errorText(error, t)) });
    },
    ...actions,
  };
}
