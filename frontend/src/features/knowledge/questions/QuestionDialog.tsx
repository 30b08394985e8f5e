// Writes a test question and points at the passage that answers it.
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Textarea } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import type { Gold, KnowledgeBase, Question } from "@/lib/api/knowledge-types";
import { useQuestionDeed } from "../api/questions";
import { GoldList } from "./GoldList";
import { GoldPicker } from "./GoldPicker";

interface QuestionProps {
  base: KnowledgeBase;
  /** Null: a new one. */
  question: Question | null;
  start?: { text: string; gold: Gold[] };
}

interface DialogProps extends QuestionProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function QuestionDialog({ open, onOpenChange, ...rest }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t(rest.question ? "knowledge.question.edit" : "knowledge.question.new")} description={t("knowledge.question.text")} className="max-w-2xl">
      <QuestionForm {...rest} onClose={() => onOpenChange(false)} />
    </Dialog>
  );
}

function QuestionForm({ base, question, start, onClose }: QuestionProps & { onClose: () => void }) {
  const { t } = useTranslation();
  const deed = useQuestionDeed(base.id);
  const [text, setText] = useState(question?.text ?? start?.text ?? "");
  const [gold, setGold] = useState<Gold[]>(question?.gold ?? start?.gold ?? []);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const body = { text: text.trim(), gold, status: "confirmed" as const };
    deed.mutate(question ? { deed: "change", id: question.id, body } : { deed: "add", body }, { onSuccess: onClose });
  };
  const failed = formError(deed.error, ["text", "gold"], t);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
      <Field label={t("knowledge.question.question")} error={fieldError(deed.error, "text", t)}>
        {(props) => <Textarea {...props} autoFocus required rows={2} maxLength={2000} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <GoldList gold={gold} onChange={setGold} />
      {fieldError(deed.error, "gold", t) ? <p role="alert" className="text-[13px] text-danger">{fieldError(deed.error, "gold", t)}</p> : null}
      <GoldPicker base={base} question={text} gold={gold} onChange={setGold} />
      <div className="flex justify-end gap-2">
        <Button variant="outline" onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" busy={deed.isPending} disabled={gold.length === 0 || text.trim() === ""}>{t(question?.status === "draft" ? "knowledge.question.saveConfirm" : "common.save")}</Button>
      </div>
    </form>
  );
}
