// The indexes of a base: the one that is searched, and others that are built and kept beside it.
import { Link } from "@tanstack/react-router";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Confirm } from "@/components/Confirm";
import { ErrorState } from "@/components/States";
import { Badge, type BadgeTone } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/api/error-text";
import type { IndexRef, KnowledgeBase } from "@/lib/api/knowledge-types";
import { formatNumber, formatRelative } from "@/lib/format";
import { useDeleteIndex, useIndexes } from "../api/indexes";
import { inOrder } from "../comparison";
import { indexName } from "../index-names";
import { SwitchButton } from "../questions/EvaluationPart";
import { chunkingText, embeddingText, failureText } from "../words";
import { BuildDialog } from "./BuildDialog";

const MOST_INDEXES = 3;
const stores: Record<IndexRef["store"], string> = { faiss: "FAISS", milvus: "Milvus" };
const tones: Record<IndexRef["status"], BadgeTone> = { active: "accent", ready: "neutral", building: "neutral", failed: "danger" };

export function IndexesPart({ base }: { base: KnowledgeBase }) {
  const { t } = useTranslation();
  const indexes = useIndexes(base.id);
  const [building, setBuilding] = useState(false);
  if (indexes.isPending) return <Skeleton className="h-24" />;
  if (indexes.isError && !indexes.data) return <ErrorState error={indexes.error} onRetry={() => void indexes.refetch()} className="py-4" />;
  const full = indexes.data.length >= MOST_INDEXES;
  const comparable = indexes.data.some((index) => index.status === "ready");
  return (
    <div className="flex flex-col gap-3">
      <ul className="flex flex-col gap-3">{inOrder(indexes.data).map((index) => <IndexItem key={index.id} index={index} base={base} />)}</ul>
      {comparable ? <p className="text-sm"><Link to="/knowledge/$knowledgeId/$section" params={{ knowledgeId: base.id, section: "questions" }} className="text-primary-text underline underline-offset-4">{t("knowledge.index.compare")}</Link></p> : null}
      {base.can_edit ? <Button variant="outline" className="self-start" disabled={full} onClick={() => setBuilding(true)}><Plus />{t("knowledge.index.build")}</Button> : null}
      {base.can_edit && full ? <p className="text-[13px] text-muted-foreground">{t("knowledge.index.full")}</p> : null}
      {base.can_edit ? <BuildDialog base={base} open={building} onOpenChange={setBuilding} /> : null}
    </div>
  );
}

function IndexItem({ index, base }: { index: IndexRef; base: KnowledgeBase }) {
  const { t } = useTranslation();
  const { status, documents_done: done, documents_total: total, documents_failed: failed, chunks } = index;
  const facts = [t("knowledge.chunks", { count: chunks, number: formatNumber(chunks) }), failed > 0 ? t("knowledge.failed", { number: formatNumber(failed) }) : "", stores[index.store], t("knowledge.index.made", { when: formatRelative(index.created_at) })];
  return (
    <li className="flex flex-col gap-3 rounded-2xl border bg-surface p-4">
      <div className="flex items-start gap-3">
        <div className="min-w-0 grow text-sm">
          <p className="flex flex-wrap items-center gap-2 font-medium"><span>{embeddingText(index.embedding, t)}</span><Badge tone={tones[status]}>{t(`knowledge.index.status.${status}`)}</Badge></p>
          <p className="mt-0.5 text-[13px] text-muted-foreground">{chunkingText(index.chunking, t)}</p>
          <p className="mt-0.5 text-[13px] text-muted-foreground">{facts.filter(Boolean).join(" · ")}</p>
          {index.error ? <p className="mt-1 text-[13px] text-danger">{failureText(index.error, t)}</p> : null}
        </div>
        {base.can_edit && status !== "active" ? <DeleteIndex index={index} base={base} /> : null}
      </div>
      {status === "building" ? <Progress done={done} total={total} name={indexName(index, t)} /> : null}
      {base.can_edit && status === "ready" ? <SwitchButton base={base} index={index} /> : null}
    </li>
  );
}

function Progress({ done, total, name }: { done: number; total: number; name: string }) {
  const { t } = useTranslation();
  const percent = total === 0 ? 0 : Math.round((done / total) * 100);
  return (
    <div className="flex items-center gap-3 text-[13px] text-muted-foreground">
      <span role="progressbar" aria-label={name} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} className="h-1.5 grow overflow-hidden rounded-full bg-muted"><span className="block h-full rounded-full bg-primary transition-[width]" style={{ width: `${percent}%` }} /></span>
      <span className="tabular-nums">{t("knowledge.index.progress", { done: formatNumber(done), total: formatNumber(total) })}</span>
    </div>
  );
}

function DeleteIndex({ index, base }: { index: IndexRef; base: KnowledgeBase }) {
  const { t } = useTranslation();
  const remove = useDeleteIndex(base.id);
  const [asking, setAsking] = useState(false);
  const go = (): void => remove.mutate(index.id, { onError: (error) => toast.error(errorText(error, t)), onSettled: () => setAsking(false) });
  return (
    <>
      <IconButton label={t("knowledge.index.delete", { name: indexName(index, t) })} onClick={() => setAsking(true)}><Trash2 /></IconButton>
      <Confirm open={asking} onOpenChange={setAsking} title={t("knowledge.index.deleteTitle")} text={t("knowledge.index.deleteText")} action={t("conversations.delete")} busy={remove.isPending} onConfirm={go} />
    </>
  );
}
