// One document: how it was cut, how it might be, and which answers used it.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { WebLink } from "@/components/trace/parts";
import { ErrorState } from "@/components/States";
import { Badge } from "@/components/ui/badge";
import { Skeleton } from "@/components/ui/skeleton";
import { Tab, TabList, TabPanel, Tabs } from "@/components/ui/tabs";
import type { KnowledgeBase, KnowledgeDocument } from "@/lib/api/knowledge-types";
import { useBase } from "../api/base";
import { useDocument } from "../api/document";
import { BackToBase } from "../BackLink";
import { DocumentMenu } from "../documents/DocumentMenu";
import { StateIcon, StateLine } from "../documents/StateLine";
import { AnswersTab } from "./AnswersTab";
import { PassagesTab } from "./PassagesTab";
import { PreviewTab } from "./PreviewTab";

interface PageProps {
  documentId: string;
  chunkId: number | null;
  onDeleted: (baseId: string) => void;
}

export function DocumentPage({ documentId, chunkId, onDeleted }: PageProps) {
  const document = useDocument(documentId);
  const base = useBase(document.data?.knowledge_id ?? "", document.data !== undefined);
  const failed = document.error ?? base.error;
  if (document.data && base.data) return <KnownDocument key={documentId} document={document.data} base={base.data} chunkId={chunkId} onDeleted={() => onDeleted(document.data.knowledge_id)} />;
  if (failed) return <ErrorState error={failed} onRetry={() => void (document.isError ? document.refetch() : base.refetch())} className="pt-[18vh]" />;
  return <div className="mx-auto flex w-full max-w-6xl flex-col gap-4 px-4 py-6 max-lg:pt-14 sm:px-8"><Skeleton className="h-10 w-1/2" /><Skeleton className="h-96" /></div>;
}

interface KnownProps {
  document: KnowledgeDocument;
  base: KnowledgeBase;
  chunkId: number | null;
  onDeleted: () => void;
}

const views = ["passages", "preview", "answers"] as const;

function KnownDocument({ document, base, chunkId, onDeleted }: KnownProps) {
  const { t } = useTranslation();
  const [view, setView] = useState("passages");
  return (
    <Tabs value={view} onValueChange={setView} className="mx-auto flex w-full max-w-6xl flex-col gap-5 px-4 py-6 max-lg:pt-14 sm:px-8">
      <DocumentHeader document={document} base={base} onDeleted={onDeleted} />
      <TabList aria-label={t("knowledge.sections")} className="max-w-full self-start overflow-x-auto">
        {views.map((one) => <Tab key={one} value={one} className="max-sm:px-2.5">{t(`knowledge.reading.tab.${one}`)}</Tab>)}
      </TabList>
      <TabPanel value="passages" tabIndex={-1}><PassagesTab document={document} editable={base.can_edit} chunkId={chunkId} /></TabPanel>
      <TabPanel value="preview" tabIndex={-1}><PreviewTab document={document} base={base} /></TabPanel>
      <TabPanel value="answers" tabIndex={-1}><AnswersTab documentId={document.id} /></TabPanel>
    </Tabs>
  );
}

function DocumentHeader({ document, base, onDeleted }: Omit<KnownProps, "chunkId">) {
  const { t } = useTranslation();
  return (
    <header className="flex flex-col gap-3">
      <div className="flex items-start gap-2">
        <BackToBase baseId={base.id} name={base.name} />
        <div className="min-w-0 grow">
          <h1 className="text-xl font-semibold tracking-tight break-words">{visibleText(document.name)}</h1>
          <div className="mt-0.5 flex items-center gap-2 [&>svg]:size-4 [&>svg]:shrink-0"><StateIcon document={document} /><StateLine document={document} /></div>
          {document.source_url ? <p className="mt-0.5 text-[13px] break-all"><WebLink url={document.source_url}>{visibleText(document.source_url)}</WebLink></p> : null}
          {document.origin === "file" ? null : <Badge className="mt-1">{t(`knowledge.origin.${document.origin}`)}</Badge>}
        </div>
        <DocumentMenu document={document} base={base} onDeleted={onDeleted} />
      </div>
      {document.warnings.length > 0 ? <ul className="flex flex-col gap-1 rounded-lg bg-warning-soft px-3 py-2 text-[13px]">{document.warnings.map((warning, index) => <li key={index}>{visibleText(warning)}</li>)}</ul> : null}
    </header>
  );
}
