// What is shown of a cited document: where the passage stands, or what can still be said of it.
import { CircleHelp } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { CitedPlace } from "@/components/document-opener";
import { visibleText } from "@/components/markdown/text";
import { Badge } from "@/components/ui/badge";
import { Skeleton } from "@/components/ui/skeleton";
import type { Chunk, KnowledgeDocument } from "@/lib/api/knowledge-types";
import { PieceText } from "./PieceCard";
import { beginning, type Place } from "./place";
import { PlacePane } from "./PlacePane";

interface CitedProps {
  document: KnowledgeDocument;
  /** Null: there is no such passage any more. */
  chunk: Chunk | null;
  cited: CitedPlace;
}

export function CitedDocument({ document, chunk, cited }: CitedProps) {
  const { t } = useTranslation();
  const written = chunk !== null && (chunk.added || chunk.edited);
  return (
    <>
      {document.enabled ? null : <Badge tone="warning" className="self-start">{t("knowledge.documents.off")}</Badge>}
      {cited.chunkId !== null && chunk === null ? <p role="status" className="rounded-lg bg-warning-soft px-3 py-2 text-sm">{t("knowledge.reading.chunkGone")}</p> : null}
      {written ? <Written chunk={chunk} /> : null}
      {document.origin === "corrections" ? null : <div className="flex min-h-80 grow flex-col"><PlacePane document={document} place={placeOf(chunk, cited.quote)} placeKey={String(cited.chunkId)} /></div>}
      {document.state !== "ready" || (chunk === null && document.origin === "corrections") ? <Quote text={cited.quote} /> : null}
    </>
  );
}

/** What people wrote stands in no text of the document, so it is shown by itself. */
function Written({ chunk }: { chunk: Chunk }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("knowledge.panel.written")} className="rounded-xl border border-primary bg-surface px-4 py-3">
      <p className="text-xs text-muted-foreground">{t(chunk.added ? "knowledge.panel.written" : "knowledge.panel.edited")}</p>
      <PieceText piece={chunk} />
    </section>
  );
}

function placeOf(chunk: Chunk | null, quote: string): Place {
  return { ...(chunk ?? beginning), quote };
}

export function Headings({ chunk }: { chunk: Chunk }) {
  const { t } = useTranslation();
  const words = [...chunk.headings.map(visibleText), chunk.page === null ? "" : t("knowledge.reading.onPage", { page: chunk.page })].filter(Boolean).join(" › ");
  return words ? <p className="text-[13px] text-muted-foreground">{words}</p> : null;
}

export function Remark({ text }: { text: string }) {
  return <p className="flex items-start gap-2 rounded-lg bg-warning-soft px-3 py-2 text-[13px]"><CircleHelp className="mt-0.5 size-4 shrink-0 text-warning" aria-hidden />{text}</p>;
}

/** The words that the answer kept, where the document cannot be shown. */
export function Quote({ text }: { text: string }) {
  const { t } = useTranslation();
  if (text === "") return null;
  return (
    <figure className="mx-auto w-full max-w-md">
      <figcaption className="mb-1 text-xs text-muted-foreground">{t("knowledge.panel.quote")}</figcaption>
      <blockquote dir="auto" className="border-l-2 pl-3 text-sm whitespace-pre-wrap">{visibleText(text)}</blockquote>
    </figure>
  );
}

export function PanelSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("knowledge.panel.loading")} className="flex flex-col gap-3">
      <Skeleton className="h-10 w-40" /><Skeleton className="h-5" /><Skeleton className="h-5 w-5/6" /><Skeleton className="h-96" />
    </div>
  );
}
