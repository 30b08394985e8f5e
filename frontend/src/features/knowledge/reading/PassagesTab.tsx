// How a document was cut, each passage to be corrected, beside the place it was taken from.
import { useQueryClient } from "@tanstack/react-query";
import { Plus, RotateCw } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { ErrorState, StateMessage } from "@/components/States";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/api/error-text";
import type { Chunk, KnowledgeDocument } from "@/lib/api/knowledge-types";
import { isAtWork } from "../api/documents";
import { useChunk } from "../api/chunk";
import { useDocumentDeed } from "../api/document";
import { useChunks } from "../api/chunks";
import { ChunkCard } from "./ChunkCard";
import { ChunkForm } from "./ChunkForm";
import { beginning } from "./place";
import { PlacePane } from "./PlacePane";
import { useWide } from "./use-wide";

interface TabProps {
  document: KnowledgeDocument;
  editable: boolean;
  /** The passage that one came for. */
  chunkId: number | null;
}

const MOST_SOUGHT = 2000;

/** Loads on until the passage is there that one came for, within reason. */
function usePassages(document: KnowledgeDocument, wanted: number | null) {
  const chunks = useChunks(document.id);
  const items = chunks.data?.pages.flatMap((page) => page.items) ?? [];
  const seeking = wanted !== null && items.length < MOST_SOUGHT && !items.some((one) => one.id === wanted);
  const { hasNextPage, isFetching, fetchNextPage } = chunks;
  useEffect(() => {
    if (seeking && hasNextPage && !isFetching) void fetchNextPage();
  }, [seeking, hasNextPage, isFetching, fetchNextPage]);
  return { chunks, items };
}

/** What was cut of it, and its text, are asked for again once it has been read. */
function useFreshOnceRead(document: KnowledgeDocument): void {
  const client = useQueryClient();
  const { id } = document;
  const working = isAtWork(document);
  const before = useRef(working);
  useEffect(() => {
    if (before.current && !working) for (const key of ["chunks", "document-text"]) void client.invalidateQueries({ queryKey: [key, id] });
    before.current = working;
  }, [client, id, working]);
}

export function PassagesTab({ document, editable, chunkId }: TabProps) {
  const { t } = useTranslation();
  const wide = useWide();
  useFreshOnceRead(document);
  const [selectedId, setSelectedId] = useState(chunkId);
  const [peeking, setPeeking] = useState(false);
  const { chunks, items } = usePassages(document, chunkId);
  const sought = useChunk(document.id, chunkId);
  const selected = items.find((one) => one.id === selectedId) ?? (sought.data?.id === selectedId ? sought.data : null) ?? null;
  const show = (chunk: Chunk): void => {
    setSelectedId(chunk.id);
    if (!wide) setPeeking(true);
  };
  if (chunks.isPending) return <div className="flex flex-col gap-2"><Skeleton className="h-24" /><Skeleton className="h-24" /><Skeleton className="h-24" /></div>;
  if (chunks.isError && !chunks.data) return <ErrorState error={chunks.error} onRetry={() => void chunks.refetch()} />;
  const pane = <PlacePane document={document} place={selected ?? beginning} placeKey={String(selected?.id ?? "none")} />;
  return (
    <div className="grid items-start gap-6 lg:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-3">
        {chunkId !== null && sought.data === null ? <p role="status" className="rounded-lg bg-warning-soft px-3 py-2 text-sm">{t("knowledge.reading.chunkGone")}</p> : null}
        {items.length === 0 ? <StateMessage title={t("knowledge.reading.noChunks")} text={t(isAtWork(document) ? "knowledge.reading.noChunksYet" : "knowledge.reading.noChunksText")} className="py-8">{editable && (document.state === "failed" || document.state === "cancelled") ? <ReadAgain document={document} /> : null}</StateMessage> : null}
        <ChunkList items={items} editable={editable} documentId={document.id} selectedId={selectedId} soughtId={chunkId} onShow={show} />
        {chunks.hasNextPage ? <Button variant="outline" className="self-center" busy={chunks.isFetchingNextPage} onClick={() => void chunks.fetchNextPage()}>{t("conversations.more")}</Button> : null}
        {editable && document.state === "ready" ? <AddChunk documentId={document.id} /> : null}
      </div>
      {wide ? <div className="sticky top-4 min-w-0">{pane}</div> : null}
      {wide ? null : <Dialog open={peeking} onOpenChange={setPeeking} title={t("knowledge.reading.place")} className="max-w-2xl">{pane}</Dialog>}
    </div>
  );
}

function ReadAgain({ document }: { document: KnowledgeDocument }) {
  const { t } = useTranslation();
  const deed = useDocumentDeed(document);
  const again = (): void => deed.mutate({ deed: "retry" }, { onError: (error) => toast.error(errorText(error, t)) });
  return <Button variant="outline" busy={deed.isPending} onClick={again}><RotateCw />{t("common.retry")}</Button>;
}

interface ListProps {
  items: Chunk[];
  editable: boolean;
  documentId: string;
  selectedId: number | null;
  soughtId: number | null;
  onShow: (chunk: Chunk) => void;
}

function ChunkList({ items, editable, documentId, selectedId, soughtId, onShow }: ListProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLOListElement>(null);
  const there = soughtId !== null && items.some((one) => one.id === soughtId);
  useEffect(() => {
    if (there) list.current?.querySelector("[data-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [there]);
  if (items.length === 0) return null;
  return (
    <ol ref={list} aria-label={t("knowledge.reading.tab.passages")} className="flex flex-col gap-2">
      {items.map((chunk) => <ChunkCard key={chunk.id} chunk={chunk} documentId={documentId} editable={editable} selected={chunk.id === selectedId} onShow={() => onShow(chunk)} />)}
    </ol>
  );
}

function AddChunk({ documentId }: { documentId: string }) {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  if (!adding) return <Button variant="outline" className="self-start" onClick={() => setAdding(true)}><Plus />{t("knowledge.reading.add")}</Button>;
  return <div className="rounded-xl border bg-surface p-4"><ChunkForm documentId={documentId} chunk={null} after={null} onDone={() => setAdding(false)} /></div>;
}
