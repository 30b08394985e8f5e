// Builds another index of all documents beside the one that is searched.
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { fieldError, formError } from "@/lib/api/error-text";
import type { KnowledgeBase } from "@/lib/api/knowledge-types";
import { useBuildIndex } from "../api/indexes";
import { ChunkingForm } from "../ChunkingForm";
import { EmbeddingSelect } from "../EmbeddingSelect";

interface DialogProps {
  base: KnowledgeBase;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function BuildDialog({ base, open, onOpenChange }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("knowledge.index.build")} description={t("knowledge.index.buildText")} className="max-w-lg">
      <BuildForm base={base} onClose={() => onOpenChange(false)} />
    </Dialog>
  );
}

function BuildForm({ base, onClose }: { base: KnowledgeBase; onClose: () => void }) {
  const { t } = useTranslation();
  const build = useBuildIndex(base.id);
  const [chunking, setChunking] = useState(base.active_index.chunking);
  const [embeddingId, setEmbeddingId] = useState(base.active_index.embedding.endpoint_id);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    build.mutate({ chunking, embedding_id: embeddingId }, { onSuccess: () => { toast(t("knowledge.index.begun")); onClose(); } });
  };
  const failed = formError(build.error, ["chunking", "embedding_id"], t);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
      <EmbeddingSelect value={embeddingId} onChange={setEmbeddingId} error={fieldError(build.error, "embedding_id", t)} />
      <ChunkingForm value={chunking} onChange={setChunking} error={build.error} />
      <div className="flex justify-end gap-2">
        <Button variant="outline" onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" busy={build.isPending}>{t("knowledge.index.buildNow")}</Button>
      </div>
    </form>
  );
}
