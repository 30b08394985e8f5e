// The builder's live preview: a test conversation with the draft.
import { RotateCcw } from "lucide-react";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/States";
import { Button } from "@/components/ui/button";
import type { WrongAnswer } from "@/lib/wrong-answer";
import { useRestartTest, useTestConversation } from "./api/test-conversation";
import { Chat, ChatSkeleton } from "./Chat";
import type { OpeningAgent } from "./Opening";

interface PreviewChatProps {
  agentId: string;
  draft: OpeningAgent;
  inputRef: RefObject<HTMLTextAreaElement | null>;
  onWrong: (wrong: WrongAnswer) => void;
}

export function PreviewChat({ agentId, draft, inputRef, onWrong }: PreviewChatProps) {
  const { t } = useTranslation();
  const conversation = useTestConversation(agentId);
  const restart = useRestartTest(agentId);
  return (
    <section aria-label={t("builder.preview")} className="flex h-full min-h-0 flex-col">
      <div className="flex h-12 shrink-0 items-center justify-between border-b px-4">
        <h2 className="text-sm font-medium text-muted-foreground">{t("builder.preview")}</h2>
        <Button variant="ghost" size="sm" busy={restart.isPending} onClick={() => restart.mutate()}><RotateCcw />{t("builder.restart")}</Button>
      </div>
      <div className="min-h-0 grow">
        {conversation.isPending ? <ChatSkeleton /> : null}
        {conversation.isError ? <ErrorState error={conversation.error} onRetry={() => void conversation.refetch()} /> : null}
        {conversation.data ? <Chat conversationId={conversation.data.id} agent={draft} inputRef={inputRef} onWrong={onWrong} /> : null}
      </div>
    </section>
  );
}
