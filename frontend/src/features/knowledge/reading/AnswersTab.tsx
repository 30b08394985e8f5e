// The person's own answers that were given passages of a document.
import { Link } from "@tanstack/react-router";
import { MessagesSquare } from "lucide-react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { ErrorState, StateMessage } from "@/components/States";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { formatDate } from "@/lib/format";
import { useAnswers } from "../api/answers";

export function AnswersTab({ documentId }: { documentId: string }) {
  const { t } = useTranslation();
  const answers = useAnswers(documentId);
  if (answers.isPending) return <Skeleton className="h-32" />;
  if (answers.isError) return <ErrorState error={answers.error} onRetry={() => void answers.refetch()} />;
  const items = answers.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <StateMessage icon={<MessagesSquare />} title={t("knowledge.answers.empty")} text={t("knowledge.answers.emptyText")} />;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm text-muted-foreground">{t("knowledge.answers.text")}</p>
      <ul className="divide-y rounded-2xl border bg-surface">
        {items.map((one) => (
          <li key={`${one.message_id}-${one.run_id}`} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 text-sm">
            <Link to="/c/$conversationId" params={{ conversationId: one.conversation_id }} className="min-w-0 grow basis-60 font-medium break-words underline-offset-4 hover:underline">{visibleText(one.question)}</Link>
            {one.cited ? <Badge tone="accent">{t("knowledge.answers.cited")}</Badge> : null}
            <span className="text-xs text-muted-foreground">{formatDate(one.answered_at)}</span>
            <Link to="/runs/$runId" params={{ runId: one.run_id }} className="text-[13px] text-primary-text underline-offset-4 hover:underline">{t("chat.trace")}</Link>
          </li>
        ))}
      </ul>
      {answers.hasNextPage ? <Button variant="outline" className="self-center" busy={answers.isFetchingNextPage} onClick={() => void answers.fetchNextPage()}>{t("conversations.more")}</Button> : null}
    </div>
  );
}
