// One test question, where its answer stands, and at which place it was found last.
import { Check, Ellipsis, Pencil, Trash2 } from "lucide-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Confirm } from "@/components/Confirm";
import { visibleText } from "@/components/markdown/text";
import { Badge } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { errorText } from "@/lib/api/error-text";
import type { Question } from "@/lib/api/knowledge-types";
import { useQuestionDeed } from "../api/questions";

interface RowProps {
  question: Question;
  /** Undefined: not asked yet. Null: not found. */
  rank: number | null | undefined;
  editable: boolean;
  onEdit: () => void;
}

export function QuestionRow({ question, rank, editable, onEdit }: RowProps) {
  const { t } = useTranslation();
  const deed = useQuestionDeed(question.knowledge_id);
  const failed = (error: unknown): void => void toast.error(errorText(error, t));
  const confirm = (): void => deed.mutate({ deed: "change", id: question.id, body: { status: "confirmed" } }, { onError: failed });
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 px-4 py-3">
      <div className="min-w-0 grow basis-60">
        <p dir="auto" className="text-sm font-medium break-words">{visibleText(question.text)}</p>
        <Answer question={question} />
      </div>
      <div className="ml-auto flex items-center gap-1.5">
        {rank === undefined ? null : <Badge tone={rank === null ? "danger" : rank === 1 ? "accent" : "neutral"}>{rank === null ? t("knowledge.question.notFound") : t("knowledge.question.rank", { rank })}</Badge>}
        {question.origin === "person" ? null : <Badge>{t(`knowledge.question.origin.${question.origin}`)}</Badge>}
        {editable && question.status === "draft" ? <Button variant="outline" size="sm" busy={deed.isPending} disabled={question.gold.length === 0} aria-label={t("knowledge.question.confirmNamed", { text: question.text })} onClick={confirm}><Check />{t("knowledge.question.confirm")}</Button> : null}
        {editable ? <RowMenu question={question} onEdit={onEdit} /> : null}
      </div>
    </li>
  );
}

function Answer({ question }: { question: Question }) {
  const { t } = useTranslation();
  if (question.gold.length === 0) return <p className="mt-1 text-[13px] text-warning">{t("knowledge.question.noGold")}</p>;
  return question.gold.map((gold, index) => (
    <details key={index} className="mt-1 text-[13px]">
      <summary className="cursor-pointer truncate rounded text-muted-foreground">{visibleText(gold.quote.slice(0, 160)) || t("knowledge.question.gold")}</summary>
      <blockquote dir="auto" className="mt-1 border-l-2 pl-3 whitespace-pre-wrap">{visibleText(gold.quote)}</blockquote>
      <Link to="/knowledge/documents/$documentId" params={{ documentId: gold.document_id }} className="mt-1 inline-block text-primary-text underline underline-offset-4">{t("knowledge.reading.open")}</Link>
    </details>
  ));
}

function RowMenu({ question, onEdit }: { question: Question; onEdit: () => void }) {
  const { t } = useTranslation();
  const deed = useQuestionDeed(question.knowledge_id);
  const [deleting, setDeleting] = useState(false);
  const remove = (): void => deed.mutate({ deed: "delete", id: question.id }, { onError: (error) => toast.error(errorText(error, t)), onSettled: () => setDeleting(false) });
  return (
    <>
      <Menu trigger={<IconButton label={t("knowledge.actionsFor", { name: question.text })}><Ellipsis /></IconButton>}>
        <MenuItem onSelect={onEdit}><Pencil />{t("knowledge.question.edit")}</MenuItem>
        <MenuItem danger onSelect={() => setDeleting(true)}><Trash2 />{t("conversations.delete")}</MenuItem>
      </Menu>
      <Confirm open={deleting} onOpenChange={setDeleting} title={t("knowledge.question.deleteTitle")} text={t("knowledge.question.deleteText")} action={t("conversations.delete")} busy={deed.isPending} onConfirm={remove} />
    </>
  );
}
