// The sidebar's list of conversations, grouped by day, with a search over titles and texts.
import { Search } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useConversations } from "@/lib/api/requests/conversations";
import { ConversationRow } from "./ConversationRow";
import { groupByDay } from "./group";

interface ConversationListProps {
  activeId: string | null;
  onOpen: () => void;
  onDeleted: (id: string) => void;
}

export function ConversationList(props: ConversationListProps) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  return (
    <div className="flex min-h-0 grow flex-col">
      <div className="relative mx-3 mt-1 mb-2">
        <Search className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-muted-foreground" aria-hidden />
        <input
          type="search"
          value={q}
          onChange={(event) => setQ(event.target.value)}
          aria-label={t("conversations.search")}
          placeholder={t("conversations.search")}
          className="h-9 w-full rounded-lg border border-transparent bg-foreground/5 pr-2 pl-8.5 text-base placeholder:text-muted-foreground hover:bg-foreground/7 sm:text-sm"
        />
      </div>
      <nav aria-label={t("conversations.list")} className="min-h-0 grow overflow-y-auto px-3 pb-4">
        <Groups {...props} q={useDeferredValue(q.trim())} />
      </nav>
    </div>
  );
}

function Groups({ q, activeId, onOpen, onDeleted }: ConversationListProps & { q: string }) {
  const { t } = useTranslation();
  const list = useConversations(q);
  const groups = useMemo(() => groupByDay(list.data?.pages.flatMap((page) => page.items) ?? []), [list.data]);
  if (list.isPending) return <div className="flex flex-col gap-2 pt-2">{[0, 1, 2, 3].map((index) => <Skeleton key={index} className="h-8" />)}</div>;
  if (list.isError) {
    return (
      <div role="alert" className="px-3 py-4 text-sm text-muted-foreground">
        {t("conversations.failed")} <Button variant="link" size="inline" onClick={() => void list.refetch()}>{t("common.retry")}</Button>
      </div>
    );
  }
  if (groups.length === 0) return <p className="px-3 py-4 text-sm text-muted-foreground">{t(q ? "conversations.nothingFound" : "conversations.empty")}</p>;
  return (
    <>
      {groups.map((group) => (
        <section key={group.day} className="mb-3" aria-label={t(`day.${group.day}`)}>
          <h2 className="px-3 pt-2 pb-1 text-xs font-medium text-muted-foreground">{t(`day.${group.day}`)}</h2>
          <ul className="flex flex-col gap-px">
            {group.conversations.map((conversation) => (
              <ConversationRow key={conversation.id} conversation={conversation} active={conversation.id === activeId} onOpen={onOpen} onDeleted={() => onDeleted(conversation.id)} />
            ))}
          </ul>
        </section>
      ))}
      {list.hasNextPage ? (
        <Button variant="ghost" size="sm" className="w-full" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("conversations.more")}</Button>
      ) : null}
    </>
  );
}
