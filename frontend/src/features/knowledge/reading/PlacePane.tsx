// Where a passage stands: on the picture of its page, or in the text that was read.
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/States";
import { isApiError } from "@/lib/api/errors";
import { Skeleton } from "@/components/ui/skeleton";
import { Tab, TabList, TabPanel, Tabs } from "@/components/ui/tabs";
import type { DocumentText, KnowledgeDocument } from "@/lib/api/knowledge-types";
import { useDocumentText } from "../api/document-text";
import { pagesOf } from "../spans";
import { PagePicture } from "./PagePicture";
import type { Place } from "./place";
import { TextWindowView } from "./TextWindowView";
import { placeOf, placeWithin, type Span } from "./window";

type Look = "page" | "text";
const panel = "flex min-h-0 grow flex-col data-[state=inactive]:hidden";

export function hasPages(document: KnowledgeDocument): boolean {
  return document.media_type === "application/pdf" && (document.pages ?? 0) > 0;
}

/** `placeKey` changes with the passage: a new one is shown from its own beginning. */
export function PlacePane({ document, place, placeKey }: { document: KnowledgeDocument; place: Place; placeKey: string }) {
  const { t } = useTranslation();
  const pictured = hasPages(document);
  const [look, setLook] = useState<Look>(place.quote && pagesOf(place).length === 0 ? "text" : "page");
  if (!pictured) return <TextPlace key={placeKey} document={document} place={place} />;
  return (
    <Tabs value={look} onValueChange={(next) => setLook(next as Look)} className="flex min-h-0 grow flex-col gap-3">
      <TabList className="self-start">
        <Tab value="page">{t("knowledge.reading.page")}</Tab>
        <Tab value="text">{t("knowledge.reading.text")}</Tab>
      </TabList>
      <TabPanel value="page" tabIndex={-1} className={panel}><PagePicture key={placeKey} document={document} place={place} /></TabPanel>
      <TabPanel value="text" tabIndex={-1} className={panel}><TextPlace key={placeKey} document={document} place={place} /></TabPanel>
    </Tabs>
  );
}

function TextPlace({ document, place }: { document: KnowledgeDocument; place: Place }) {
  const { t } = useTranslation();
  const text = useDocumentText(document.id, true);
  if (text.isPending) return <div className="flex flex-col gap-2"><Skeleton className="h-5" /><Skeleton className="h-5" /><Skeleton className="h-5 w-2/3" /></div>;
  if (isApiError(text.error, "not_parsed")) return <p className="text-sm text-muted-foreground">{t("knowledge.reading.notParsed")}</p>;
  if (text.isError) return <ErrorState error={text.error} onRetry={() => void text.refetch()} className="py-4" />;
  return <KnownText text={text.data} place={place} />;
}

function KnownText({ text, place }: { text: DocumentText; place: Place }) {
  const { start, end, quote = "" } = place;
  const { span, quoted } = useMemo((): { span: Span | null; quoted: Span | null } => {
    const known = end > start ? { start, end } : null;
    return { span: known ?? placeOf(text.text, quote), quoted: known && placeWithin(text.text, known, quote) };
  }, [text, start, end, quote]);
  return <TextWindowView text={text} span={span} quote={quoted} />;
}
