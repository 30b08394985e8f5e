// How a document would be cut otherwise, before anything is built anew.
import { Link } from "@tanstack/react-router";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { formError } from "@/lib/api/error-text";
import type { KnowledgeBase, KnowledgeDocument } from "@/lib/api/knowledge-types";
import { formatNumber } from "@/lib/format";
import { usePreview, type Preview } from "../api/preview";
import { ChunkingForm } from "../ChunkingForm";
import { PieceCard } from "./PieceCard";

export function PreviewTab({ document, base }: { document: KnowledgeDocument; base: KnowledgeBase }) {
  const { t } = useTranslation();
  const preview = usePreview(base.id);
  const [chunking, setChunking] = useState(base.active_index.chunking);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    preview.mutate({ document_id: document.id, chunking });
  };
  const failed = formError(preview.error, ["chunking"], t);
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.6fr)]">
      <form onSubmit={submit} className="flex flex-col gap-4 rounded-2xl border bg-surface p-5">
        <p className="text-sm text-muted-foreground">{t("knowledge.preview.text")}</p>
        {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
        <ChunkingForm value={chunking} onChange={setChunking} error={preview.error} />
        <Button type="submit" busy={preview.isPending} className="self-start">{t("knowledge.preview.show")}</Button>
        {base.can_edit ? <p className="text-[13px] text-muted-foreground">{t("knowledge.preview.keep")} <Link to="/knowledge/$knowledgeId/$section" params={{ knowledgeId: base.id, section: "settings" }} className="text-primary-text underline underline-offset-4">{t("knowledge.preview.toSettings")}</Link></p> : null}
      </form>
      <div aria-live="polite">{preview.data ? <Pieces preview={preview.data} now={document.chunks} /> : <p className="text-sm text-muted-foreground">{t("knowledge.preview.nothingYet")}</p>}</div>
    </div>
  );
}

function Pieces({ preview, now }: { preview: Preview; now: number }) {
  const { t } = useTranslation();
  const { pieces, total } = preview;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm">
        {t("knowledge.preview.sum", { count: total, number: formatNumber(total), now: formatNumber(now) })}
        {total > pieces.length ? ` ${t("knowledge.preview.first", { number: formatNumber(pieces.length) })}` : ""}
      </p>
      <ol className="flex flex-col gap-2">{pieces.map((piece) => <PieceCard key={piece.position} piece={piece} />)}</ol>
    </div>
  );
}
