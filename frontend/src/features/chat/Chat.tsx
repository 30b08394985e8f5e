// A conversation one can read and go on with; also the builder's preview.
import { useMemo, useState, type ReactNode, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/States";
import { focusWaiting } from "@/components/trace/WaitingCard";
import { Skeleton } from "@/components/ui/skeleton";
import { useUpdateConversation } from "@/lib/api/requests/update-conversation";
import type { Conversation } from "@/lib/api/types";
import type { WrongAnswer } from "@/lib/wrong-answer";
import { Composer } from "./Composer";
import { useDraft } from "./drafts";
import { LiveAnnouncer } from "./LiveAnnouncer";
import { MessageRow } from "./MessageRow";
import { Opening, type OpeningAgent } from "./Opening";
import { OutgoingRow } from "./OutgoingRow";
import { Thread, type ThreadRow } from "./Thread";
import { useAttachments } from "./use-attachments";
import { useChat } from "./use-chat";
import { useWrong, type Wrong } from "./use-wrong";
import { missingVariables, VariablesForm } from "./VariablesForm";
import { WaitingNotice } from "./WaitingNotice";

interface ChatProps {
  conversationId: string;
  header?: (conversation: Conversation) => ReactNode;
  /** What the greeting shows instead of the conversation's own agent: the draft being edited. */
  agent?: OpeningAgent;
  inputRef?: RefObject<HTMLTextAreaElement | null>;
  /** Somebody says that an answer was wrong, and may put it right. */
  onWrong?: (wrong: WrongAnswer) => void;
}

type ChatState = ReturnType<typeof useChat>;

export function Chat({ conversationId, header, agent, inputRef, onWrong }: ChatProps) {
  const chat = useChat(conversationId);
  const { conversation, messages } = chat;
  if (conversation.isError) return <ErrorState error={conversation.error} onRetry={() => void conversation.refetch()} />;
  if (!conversation.data || messages.isPending) return <ChatSkeleton />;
  return (
    <div className="flex h-full min-h-0 flex-col">
      {header?.(conversation.data)}
      {messages.isError && !messages.data ? (
        <ErrorState error={messages.error} onRetry={() => void messages.refetch()} className="grow" />
      ) : (
        <OpenChat key={conversationId} chat={chat} conversation={conversation.data} agent={agent ?? conversation.data.agent} inputRef={inputRef} onWrong={onWrong} />
      )}
    </div>
  );
}

interface OpenChatProps {
  chat: ChatState;
  conversation: Conversation;
  agent: OpeningAgent;
  inputRef: RefObject<HTMLTextAreaElement | null> | undefined;
  onWrong: ((wrong: WrongAnswer) => void) | undefined;
}

function OpenChat({ chat, conversation, agent, inputRef, onWrong }: OpenChatProps) {
  const { t } = useTranslation();
  const [text, setText] = useDraft(conversation.id);
  const { mutate: update } = useUpdateConversation();
  const empty = chat.visible.length === 0 && !chat.outgoing;
  const missing = missingVariables(conversation.agent.variables, conversation.variables).length > 0;
  const attachments = useAttachments(conversation.id);
  const wrong = useWrong(conversation, chat.visible, onWrong);
  const rows = useRows(chat, { conversation, agent, wrong }, (words, files) => {
    setText(words);
    void attachments.restore(files);
  });
  const send = (words: string): void => {
    setText("");
    chat.send(words, attachments.take());
  };
  const { sought, seek } = useSeekWaiting();
  const opening = <Opening agent={agent} variables={conversation.variables} onAsk={empty && !missing ? send : null} />;
  const form = empty && missing ? (
    <VariablesForm variables={conversation.agent.variables} values={conversation.variables} onSave={(variables) => update({ id: conversation.id, variables })} />
  ) : null;
  const first: ThreadRow = { key: "opening", content: <div className="flex flex-col gap-6">{opening}{form}</div> };
  return (
    <>
      <Thread rows={chat.hasOlder ? rows : [first, ...rows]} hasOlder={chat.hasOlder} onOlder={chat.loadOlder} sent={chat.outgoing?.key ?? sought} />
      <LiveAnnouncer run={chat.state} />
      <Composer
        text={text}
        onText={setText}
        onSend={send}
        onStop={chat.stop}
        running={chat.running}
        blocked={chat.outgoing !== null || missing}
        placeholder={t("chat.placeholder", { name: agent.name })}
        autoFocus={inputRef === undefined}
        inputRef={inputRef}
        attachments={attachments}
        notice={chat.state?.status === "waiting" ? <WaitingNotice onShow={seek} /> : null}
        footer={<p className="pt-2 text-center text-xs text-muted-foreground">{t("chat.disclaimer")}</p>}
      />
    </>
  );
}

const SEEK_MS = 120;

/** Scrolls to the end, where the run that waits is drawn, then to its card. */
function useSeekWaiting() {
  const [times, setTimes] = useState(0);
  const seek = (): void => {
    setTimes(times + 1);
    setTimeout(focusWaiting, SEEK_MS);
  };
  return { sought: times > 0 ? `waiting-${times}` : null, seek };
}

interface Around {
  conversation: Conversation;
  agent: OpeningAgent;
  wrong: Wrong | null;
}

function useRows(chat: ChatState, { conversation, agent, wrong }: Around, onDiscard: (text: string, fileIds: string[]) => void): ThreadRow[] {
  const { visible, outgoing, outbox, busy, onEdit, onRegenerate, onBranch } = chat;
  const { name, avatar } = agent;
  const rows = useMemo(() => visible.map((message) => ({
    key: message.id,
    content: <MessageRow message={message} agentName={name} avatar={avatar} busy={busy} onEdit={onEdit} onRegenerate={onRegenerate} onBranch={onBranch} wrong={wrong} />,
  })), [visible, name, avatar, busy, onEdit, onRegenerate, onBranch, wrong]);
  if (!outgoing) return rows;
  const discard = (): void => {
    if ("text" in outgoing.body) onDiscard(outgoing.body.text, outgoing.body.file_ids ?? []);
    outbox.discard(conversation.id);
  };
  const content = <OutgoingRow outgoing={outgoing} onRetry={() => outbox.retry(conversation.id)} onDiscard={discard} />;
  return [...rows, { key: outgoing.key, content }];
}

export function ChatSkeleton() {
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-6 px-6 pt-16" aria-hidden>
      <Skeleton className="h-10 w-1/2 self-end" />
      <Skeleton className="h-24" />
      <Skeleton className="h-10 w-1/3 self-end" />
      <Skeleton className="h-32" />
    </div>
  );
}
