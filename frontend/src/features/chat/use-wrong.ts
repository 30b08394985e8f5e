// Who may say that an answer was wrong, and what is handed on of it.
import { useCallback, useMemo } from "react";
import { useQuery } from "@tanstack/react-query";
import { readView } from "@/components/trace/views";
import { agentQuery } from "@/lib/api/requests/agent";
import { canEdit, useMe } from "@/lib/api/requests/me";
import type { Conversation, Item, Message, RunState } from "@/lib/api/types";
import { withoutMarks, type WrongAnswer } from "@/lib/wrong-answer";

/** The knowledge bases that a run was given passages of. */
export function basesIn(items: readonly Item[]): string[] {
  const views = items.flatMap((item) => (item.kind === "call" ? [readView(item)] : []));
  return [...new Set(views.flatMap((view) => (view.kind === "knowledge" ? view.passages.map((one) => one.knowledgeId) : [])))].filter((id) => id !== "");
}

/** What an agent said in the end: not what it said on the way to its calls. */
export function finalAnswer(message: Message, run: RunState | null): string {
  const last = run?.items.findLast((item) => item.kind === "turn" && item.text !== "");
  return withoutMarks(last?.kind === "turn" ? last.text : message.text);
}

export interface Wrong {
  /** Whether the agent has knowledge, so that each of its answers can be put right. */
  always: boolean;
  say: (message: Message, run: RunState | null) => void;
}

/** Null: nothing can be put right here, by this person or at all. */
export function useWrong(conversation: Conversation, messages: readonly Message[], onWrong: ((wrong: WrongAnswer) => void) | undefined): Wrong | null {
  const me = useMe();
  const agent = useQuery({ ...agentQuery(conversation.agent.id), enabled: onWrong !== undefined }).data;
  const known = agent?.draft.knowledge.bases;
  const say = useCallback((message: Message, run: RunState | null) => onWrong?.({
    messageId: message.id,
    question: messages.find((one) => one.id === message.parent_id)?.text ?? "",
    answer: finalAnswer(message, run),
    baseIds: [...new Set([...basesIn(run?.items ?? []), ...(known ?? [])])],
  }), [onWrong, messages, known]);
  const always = (known ?? []).length > 0;
  const may = agent ? me.workspaces.some((one) => one.id === agent.workspace_id && canEdit(one.role)) : me.workspaces.some((one) => canEdit(one.role));
  const offered = onWrong !== undefined && may;
  return useMemo(() => (offered ? { always, say } : null), [offered, always, say]);
}
