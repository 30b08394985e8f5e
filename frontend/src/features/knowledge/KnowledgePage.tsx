// The knowledge bases of the workspace.
import { Link } from "@tanstack/react-router";
import { LibraryBig, Plus, Search } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { ErrorState, StateMessage } from "@/components/States";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import type { KnowledgeBase } from "@/lib/api/knowledge-types";
import { useBases } from "@/lib/api/requests/knowledge";
import { canEdit, useWorkspace } from "@/lib/api/requests/me";
import { formatNumber, formatRelative } from "@/lib/format";
import { NewBaseDialog } from "./NewBaseDialog";

export function KnowledgePage({ onMade }: { onMade: (base: KnowledgeBase) => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [q, setQ] = useState("");
  const [making, setMaking] = useState(false);
  const words = useDeferredValue(q.trim());
  const bases = useBases(workspace.id, words);
  const editor = canEdit(workspace.role);
  const empty = bases.data?.length === 0;
  const add = editor ? <Button onClick={() => setMaking(true)}><Plus />{t("knowledge.new")}</Button> : null;
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-col gap-6 px-4 py-6 max-lg:pt-14 sm:px-8 sm:py-10">
      <header className="flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-2xl font-semibold tracking-tight">{t("knowledge.title")}</h1>
          <p className="mt-1 text-sm text-pretty text-muted-foreground">{t("knowledge.text")}</p>
        </div>
        {empty && words === "" ? null : add}
      </header>
      {empty && words === "" ? null : (
        <div className="relative sm:max-w-xs">
          <Search className="pointer-events-none absolute top-3 left-3 size-4 text-muted-foreground" aria-hidden />
          <Input type="search" aria-label={t("knowledge.search")} placeholder={t("knowledge.search")} className="pl-9" value={q} onChange={(event) => setQ(event.target.value)} />
        </div>
      )}
      {bases.isPending ? <div className="grid gap-4 sm:grid-cols-2"><Skeleton className="h-32 rounded-2xl" /><Skeleton className="h-32 rounded-2xl" /></div> : null}
      {bases.isError ? <ErrorState error={bases.error} onRetry={() => void bases.refetch()} /> : null}
      {empty && words === "" ? <StateMessage icon={<LibraryBig />} title={t("knowledge.empty")} text={t(editor ? "knowledge.emptyText" : "knowledge.emptyViewer")}>{add}</StateMessage> : null}
      {empty && words !== "" ? <StateMessage icon={<Search />} title={t("agents.nothingFound")} text={t("knowledge.nothingFound")} /> : null}
      <ul className="grid gap-4 sm:grid-cols-2">{bases.data?.map((base) => <BaseCard key={base.id} base={base} />)}</ul>
      {editor ? <NewBaseDialog open={making} onOpenChange={setMaking} workspaceId={workspace.id} onMade={onMade} /> : null}
    </div>
  );
}

function BaseCard({ base }: { base: KnowledgeBase }) {
  const { t } = useTranslation();
  const { documents, working, failed } = base.counts;
  return (
    <li className="min-w-0">
      <Link to="/knowledge/$knowledgeId/$section" params={{ knowledgeId: base.id, section: "documents" }} className="flex h-full flex-col rounded-2xl border bg-surface p-5 transition-colors hover:border-primary">
        <h2 className="flex flex-wrap items-center gap-2 font-medium">
          <span className="min-w-0 break-words">{visibleText(base.name)}</span>
          <Badge>{t(base.visibility === "private" ? "agents.private" : "agents.shared")}</Badge>
        </h2>
        <p className="mt-1 line-clamp-2 grow text-sm text-muted-foreground">{base.description ? visibleText(base.description) : t("agents.noDescription")}</p>
        <p className="mt-3 flex flex-wrap items-center gap-x-2 gap-y-1 text-[13px] text-muted-foreground">
          <span>{t("knowledge.documentCount", { count: documents, number: formatNumber(documents) })}</span>
          {working > 0 ? <Badge tone="accent">{t("knowledge.working", { number: formatNumber(working) })}</Badge> : null}
          {failed > 0 ? <Badge tone="danger">{t("knowledge.failed", { number: formatNumber(failed) })}</Badge> : null}
          {base.building_index?.status === "building" ? <Badge tone="accent">{t("knowledge.building")}</Badge> : null}
          <span className="ml-auto text-xs">{formatRelative(base.updated_at)}</span>
        </p>
      </Link>
    </li>
  );
}
