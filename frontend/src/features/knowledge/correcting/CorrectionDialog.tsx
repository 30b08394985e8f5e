// Puts right what an answer had wrong: in a knowledge base, or among its test questions.
import { Link } from "@tanstack/react-router";
import { CircleCheck, PencilOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { ErrorState, StateMessage } from "@/components/States";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import type { Corrected, KnowledgeBase } from "@/lib/api/knowledge-types";
import type { WrongAnswer } from "@/lib/wrong-answer";
import { useEditableBases } from "../api/correct";
import { CorrectionForm } from "./CorrectionForm";

export interface CorrectionProps {
  wrong: WrongAnswer;
  onClose: () => void;
}

interface Done {
  base: KnowledgeBase;
  made: Corrected;
}

export function CorrectionDialog({ wrong, onClose }: CorrectionProps) {
  const { t } = useTranslation();
  const [done, setDone] = useState<Done | null>(null);
  return (
    <Dialog open onOpenChange={(open) => { if (!open) onClose(); }} title={t("knowledge.correct.title")} {...(done ? {} : { description: t("knowledge.correct.text") })} className="max-w-xl">
      {done ? <DoneNote {...done} onClose={onClose} /> : <Asking wrong={wrong} onClose={onClose} onDone={setDone} />}
    </Dialog>
  );
}

function Asking({ wrong, onClose, onDone }: CorrectionProps & { onDone: (done: Done) => void }) {
  const { t } = useTranslation();
  const editable = useEditableBases(wrong.baseIds);
  if (editable.pending) return <div role="status" aria-label={t("knowledge.correct.loading")} className="flex flex-col gap-3"><Skeleton className="h-10" /><Skeleton className="h-20" /><Skeleton className="h-32" /></div>;
  if (editable.error) return <ErrorState error={editable.error} onRetry={editable.refetch} className="py-4" />;
  if (editable.bases.length === 0) return <StateMessage icon={<PencilOff />} title={t("knowledge.correct.none")} text={t("knowledge.correct.noneText")} className="py-4"><Button variant="outline" onClick={onClose}>{t("common.close")}</Button></StateMessage>;
  return <CorrectionForm wrong={wrong} bases={editable.bases} onCancel={onClose} onDone={(base, made) => onDone({ base, made })} />;
}

const link = "text-primary-text underline underline-offset-4";

function DoneNote({ base, made, onClose }: Done & { onClose: () => void }) {
  const { t } = useTranslation();
  const { document_id: documentId, chunk_id: chunkId } = made;
  const name = visibleText(base.name);
  return (
    <div className="flex flex-col gap-4">
      <div role="status" className="flex items-start gap-3 text-sm">
        <CircleCheck className="size-5 shrink-0 text-success" aria-hidden />
        {documentId ? (
          <p>{t("knowledge.correct.kept", { name })} <Link to="/knowledge/documents/$documentId" params={{ documentId }} search={chunkId === null ? {} : { chunk: chunkId }} className={link}>{t("knowledge.correct.show")}</Link></p>
        ) : (
          <p>{t("knowledge.correct.asked", { name })} <Link to="/knowledge/$knowledgeId/$section" params={{ knowledgeId: base.id, section: "questions" }} className={link}>{t("knowledge.correct.show")}</Link></p>
        )}
      </div>
      <Button autoFocus className="self-end" onClick={onClose}>{t("common.close")}</Button>
    </div>
  );
}
