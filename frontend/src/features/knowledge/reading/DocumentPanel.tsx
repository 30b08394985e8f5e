// A passage in its document, over the page that cites it.
import { Link } from "@tanstack/react-router";
import { ExternalLink, X } from "lucide-react";
import { Dialog as DialogPrimitive } from "radix-ui";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { ErrorState } from "@/components/States";
import { Button, IconButton } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import type { Chunk } from "@/lib/api/knowledge-types";
import { useChunk } from "../api/chunk";
import { useDocument } from "../api/document";
import { beginning, type Place } from "./place";
import { PlacePane } from "./PlacePane";

interface PanelProps {
  documentId: string;
  chunkId: number | null;
  /** What was quoted of it, where a passage has gone since. */
  quote: string;
  onClose: () => void;
}

export function DocumentPanel({ documentId, chunkId, quote, onClose }: PanelProps) {
  const { t } = useTranslation();
  const document = useDocument(documentId);
  const chunk = useChunk(documentId, chunkId);
  const pending = document.isPending || (chunkId !== null && chunk.isPending);
  const failed = document.error ?? chunk.error;
  return (
    <DialogPrimitive.Root open onOpenChange={(open) => { if (!open) onClose(); }}>
      <DialogPrimitive.Portal>
        <DialogPrimitive.Overlay className="fixed inset-0 z-40 animate-fade bg-black/35 dark:bg-black/60" />
        <DialogPrimitive.Content aria-describedby={undefined} className="fixed inset-y-0 right-0 z-50 flex w-full max-w-2xl animate-fade flex-col gap-4 overflow-y-auto border-l bg-background p-4 shadow-xl outline-none sm:p-6">
          <div className="flex items-start gap-2">
            <div className="min-w-0 grow">
              <DialogPrimitive.Title className="text-lg font-semibold break-words">{document.data ? visibleText(document.data.name) : t("knowledge.reading.place")}</DialogPrimitive.Title>
              {chunk.data ? <Headings chunk={chunk.data} /> : null}
            </div>
            <Button asChild variant="outline" size="sm"><Link to="/knowledge/documents/$documentId" params={{ documentId }} search={chunkId === null ? {} : { chunk: chunkId }} onClick={onClose}><ExternalLink />{t("knowledge.reading.open")}</Link></Button>
            <DialogPrimitive.Close asChild><IconButton label={t("common.close")}><X /></IconButton></DialogPrimitive.Close>
          </div>
          {failed ? <ErrorState error={failed} onRetry={() => void (document.isError ? document.refetch() : chunk.refetch())} /> : null}
          {pending && !failed ? <div className="flex flex-col gap-2"><Skeleton className="h-8 w-40" /><Skeleton className="h-96" /></div> : null}
          {chunk.data === null ? <p className="rounded-lg bg-warning-soft px-3 py-2 text-sm">{t("knowledge.reading.chunkGone")}</p> : null}
          {document.data && !pending ? <PlacePane document={document.data} place={placeOfChunk(chunk.data ?? null, quote)} placeKey={String(chunkId)} /> : null}
        </DialogPrimitive.Content>
      </DialogPrimitive.Portal>
    </DialogPrimitive.Root>
  );
}

function placeOfChunk(chunk: Chunk | null, quote: string): Place {
  return chunk ?? { ...beginning, quote };
}

function Headings({ chunk }: { chunk: Chunk }) {
  const { t } = useTranslation();
  const words = [...chunk.headings.map(visibleText), chunk.page === null ? "" : t("knowledge.reading.onPage", { page: chunk.page })].filter(Boolean).join(" › ");
  return words ? <p className="text-[13px] text-muted-foreground">{words}</p> : null;
}
