// The documents of a base, found by name and state, a page at a time.
import { FileSearch, LibraryBig, RotateCw, Search } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { ErrorState, StateMessage } from "@/components/States";
import { Button } from "@/components/ui/button";
import { Input, Select } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/api/error-text";
import type { DocumentState, KnowledgeBase } from "@/lib/api/knowledge-types";
import { useDocuments, type DocumentFilter } from "../api/documents";
import { useRetryFailed } from "../api/retry-failed";
import { DocumentRow } from "./DocumentRow";

const states: DocumentState[] = ["received", "parsing", "embedding", "ready", "failed", "cancelled"];

export function DocumentList({ base }: { base: KnowledgeBase }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<DocumentFilter>({ q: "", state: "" });
  const documents = useDocuments(base.id, { q: useDeferredValue(filter.q.trim()), state: filter.state });
  const items = documents.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = filter.q.trim() !== "" || filter.state !== "";
  const none = documents.data !== undefined && items.length === 0;
  if (none && !filtered) return base.can_edit ? null : <StateMessage icon={<LibraryBig />} title={t("knowledge.documents.empty")} text={t("knowledge.documents.emptyViewer")} />;
  return (
    <section aria-label={t("knowledge.section.documents")} className="flex flex-col gap-3">
      <Filters base={base} filter={filter} onChange={setFilter} />
      {documents.isPending ? <><Skeleton className="h-16" /><Skeleton className="h-16" /><Skeleton className="h-16" /></> : null}
      {documents.isError && !documents.data ? <ErrorState error={documents.error} onRetry={() => void documents.refetch()} /> : null}
      {none ? <StateMessage icon={<FileSearch />} title={t("agents.nothingFound")} text={t("agents.nothingFoundText")} /> : null}
      {items.length > 0 ? <ul aria-busy={documents.isPlaceholderData} className="divide-y rounded-2xl border bg-surface">{items.map((document) => <DocumentRow key={document.id} document={document} base={base} />)}</ul> : null}
      {documents.hasNextPage ? <Button variant="outline" className="self-center" busy={documents.isFetchingNextPage} onClick={() => void documents.fetchNextPage()}>{t("conversations.more")}</Button> : null}
    </section>
  );
}

function Filters({ base, filter, onChange }: { base: KnowledgeBase; filter: DocumentFilter; onChange: (filter: DocumentFilter) => void }) {
  const { t } = useTranslation();
  const retry = useRetryFailed(base.id);
  const again = (): void => retry.mutate(undefined, { onSuccess: (count) => toast(t("knowledge.documents.retried", { count })), onError: (error) => toast.error(errorText(error, t)) });
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="relative min-w-44 grow sm:max-w-xs">
        <Search className="pointer-events-none absolute top-3 left-3 size-4 text-muted-foreground" aria-hidden />
        <Input type="search" aria-label={t("knowledge.documents.search")} placeholder={t("knowledge.documents.search")} className="pl-9" value={filter.q} onChange={(event) => onChange({ ...filter, q: event.target.value })} />
      </div>
      <Select aria-label={t("knowledge.documents.state")} className="w-44" value={filter.state} onChange={(event) => onChange({ ...filter, state: event.target.value as DocumentFilter["state"] })}>
        <option value="">{t("knowledge.documents.anyState")}</option>
        {states.map((state) => <option key={state} value={state}>{t(`knowledge.state.${state}`)}</option>)}
      </Select>
      {base.can_edit && base.counts.failed > 0 ? <Button variant="outline" className="sm:ml-auto" busy={retry.isPending} onClick={again}>{retry.isPending ? null : <RotateCw />}{t("knowledge.documents.retryFailed")}</Button> : null}
    </div>
  );
}
