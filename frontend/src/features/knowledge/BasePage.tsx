// One knowledge base: its documents, a try, its test questions, its settings.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { ErrorState } from "@/components/States";
import { Badge } from "@/components/ui/badge";
import { Skeleton } from "@/components/ui/skeleton";
import type { KnowledgeBase } from "@/lib/api/knowledge-types";
import { formatNumber } from "@/lib/format";
import { useBase } from "./api/base";
import { TryTab } from "./asking/TryTab";
import { BackToBases } from "./BackLink";
import { DocumentsTab } from "./documents/DocumentsTab";
import { QuestionsTab } from "./questions/QuestionsTab";
import { BaseSettings } from "./settings/BaseSettings";

export const sections = ["documents", "try", "questions", "settings"] as const;
export type BaseSection = (typeof sections)[number];

interface PageProps {
  baseId: string;
  section: BaseSection;
  onDeleted: () => void;
}

export function BasePage({ baseId, section, onDeleted }: PageProps) {
  const base = useBase(baseId);
  if (base.isPending) return <Waiting />;
  if (base.isError && !base.data) return <ErrorState error={base.error} onRetry={() => void base.refetch()} className="pt-[18vh]" />;
  const bodies: Record<BaseSection, ReactNode> = {
    documents: <DocumentsTab base={base.data} />,
    try: <TryTab base={base.data} />,
    questions: <QuestionsTab base={base.data} />,
    settings: <BaseSettings base={base.data} onDeleted={onDeleted} />,
  };
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-col px-4 py-6 max-lg:pt-14 sm:px-8">
      <BaseHeader base={base.data} />
      <Sections baseId={baseId} />
      {bodies[section]}
    </div>
  );
}

function Waiting() {
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-col gap-4 px-4 py-6 max-lg:pt-14 sm:px-8">
      <Skeleton className="h-10 w-1/2" /><Skeleton className="h-10" /><Skeleton className="h-64" />
    </div>
  );
}

function BaseHeader({ base }: { base: KnowledgeBase }) {
  const { t } = useTranslation();
  const { documents, working, failed, chunks } = base.counts;
  return (
    <header className="flex items-start gap-2">
      <BackToBases />
      <div className="min-w-0 grow">
        <h1 className="flex flex-wrap items-center gap-2 text-xl font-semibold tracking-tight">
          <span className="min-w-0 break-words">{visibleText(base.name)}</span>
          <Badge>{t(base.visibility === "private" ? "agents.private" : "agents.shared")}</Badge>
          {base.can_edit ? null : <Badge>{t("knowledge.readOnly")}</Badge>}
        </h1>
        {base.description ? <p className="mt-0.5 text-sm text-pretty text-muted-foreground">{visibleText(base.description)}</p> : null}
        <p role="status" className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-[13px] text-muted-foreground">
          <span>{t("knowledge.documentCount", { count: documents, number: formatNumber(documents) })} · {t("knowledge.chunks", { count: chunks, number: formatNumber(chunks) })}</span>
          {working > 0 ? <Badge tone="accent">{t("knowledge.working", { number: formatNumber(working) })}</Badge> : null}
          {failed > 0 ? <Badge tone="danger">{t("knowledge.failed", { number: formatNumber(failed) })}</Badge> : null}
          {base.building_index ? <Badge tone={base.building_index.status === "failed" ? "danger" : "accent"}>{t(base.building_index.status === "failed" ? "knowledge.buildFailed" : "knowledge.building")}</Badge> : null}
        </p>
      </div>
    </header>
  );
}

const tab = "-mb-px border-b-2 border-transparent px-3 py-2.5 text-sm max-sm:px-1.5 max-sm:text-[13px] font-medium whitespace-nowrap text-muted-foreground hover:text-foreground data-[status=active]:border-primary data-[status=active]:text-foreground";

function Sections({ baseId }: { baseId: string }) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t("knowledge.sections")} className="mt-4 mb-6 flex shrink-0 gap-1 overflow-x-auto max-sm:gap-0 border-b">
      {sections.map((section) => <Link key={section} to="/knowledge/$knowledgeId/$section" params={{ knowledgeId: baseId, section }} className={tab}>{t(`knowledge.section.${section}`)}</Link>)}
    </nav>
  );
}
