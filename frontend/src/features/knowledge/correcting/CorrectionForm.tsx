// Where a correction goes, and what is right.
import { useId, useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { Button } from "@/components/ui/button";
import { Field, Select, Textarea } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import type { Corrected, Correction, KnowledgeBase } from "@/lib/api/knowledge-types";
import type { WrongAnswer } from "@/lib/wrong-answer";
import { useCorrect } from "../api/correct";

interface FormProps {
  wrong: WrongAnswer;
  bases: KnowledgeBase[];
  onCancel: () => void;
  onDone: (base: KnowledgeBase, made: Corrected) => void;
}

const MOST_QUESTION = 2000;
const MOST_ANSWER = 40_000;
const fields = ["knowledge_id", "kind", "question", "answer"];

/** What was wrong must be changed first: else the wrong answer itself would be found from now on. */
function useCorrection({ wrong, bases, onDone }: FormProps) {
  const { t } = useTranslation();
  const correct = useCorrect(wrong.messageId);
  const [form, setForm] = useState<Correction>({ knowledge_id: bases[0]?.id ?? "", kind: "chunk", question: wrong.question.slice(0, MOST_QUESTION), answer: wrong.answer.slice(0, MOST_ANSWER) });
  const [tried, setTried] = useState(false);
  const unchanged = form.answer.trim() === wrong.answer.trim() && wrong.answer !== "";
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (unchanged) return;
    const base = bases.find((one) => one.id === form.knowledge_id);
    if (base) correct.mutate({ ...form, question: form.question.trim(), answer: form.answer.trim() }, { onSuccess: (made) => onDone(base, made) });
  };
  const edit = (part: Partial<Correction>): void => setForm({ ...form, ...part });
  const answerError = tried && unchanged ? t("knowledge.correct.unchanged") : fieldError(correct.error, "answer", t);
  return { form, edit, submit, busy: correct.isPending, error: correct.error, answerError };
}

export function CorrectionForm(props: FormProps) {
  const { t } = useTranslation();
  const { form, edit, submit, busy, error, answerError } = useCorrection(props);
  const failed = formError(error, fields, t);
  const incomplete = form.question.trim() === "" || form.answer.trim() === "";
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
      <BaseChoice bases={props.bases} value={form.knowledge_id} error={fieldError(error, "knowledge_id", t)} onChange={(id) => edit({ knowledge_id: id })} />
      <KindChoice value={form.kind} onChange={(kind) => edit({ kind })} />
      <Field label={t("knowledge.correct.question")} error={fieldError(error, "question", t)}>
        {(field) => <Textarea {...field} required rows={2} maxLength={MOST_QUESTION} value={form.question} onChange={(event) => edit({ question: event.target.value })} />}
      </Field>
      <Field label={t("knowledge.correct.answer")} hint={t(`knowledge.correct.answerHint.${form.kind}`)} error={answerError}>
        {(field) => <Textarea {...field} autoFocus required rows={Math.min(10, Math.max(4, form.answer.split("\n").length + 1))} maxLength={MOST_ANSWER} value={form.answer} onChange={(event) => edit({ answer: event.target.value })} />}
      </Field>
      <div className="flex justify-end gap-2">
        <Button variant="outline" onClick={props.onCancel}>{t("common.cancel")}</Button>
        <Button type="submit" busy={busy} disabled={incomplete}>{t(`knowledge.correct.send.${form.kind}`)}</Button>
      </div>
    </form>
  );
}

interface BaseProps {
  bases: KnowledgeBase[];
  value: string;
  error: string | null;
  onChange: (id: string) => void;
}

function BaseChoice({ bases, value, error, onChange }: BaseProps) {
  const { t } = useTranslation();
  return (
    <Field label={t("knowledge.correct.base")} error={error}>
      {(field) => (
        <Select {...field} value={value} onChange={(event) => onChange(event.target.value)}>
          {bases.map((base) => <option key={base.id} value={base.id}>{visibleText(base.name)}</option>)}
        </Select>
      )}
    </Field>
  );
}

const kinds = ["chunk", "question"] as const;

function KindChoice({ value, onChange }: { value: Correction["kind"]; onChange: (kind: Correction["kind"]) => void }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <fieldset className="grid gap-2 sm:grid-cols-2">
      <legend className="mb-1.5 text-sm font-medium">{t("knowledge.correct.where")}</legend>
      {kinds.map((kind) => (
        <label key={kind} htmlFor={`${id}-${kind}`} className="flex cursor-pointer items-start gap-2.5 rounded-xl border p-3 text-sm has-[:checked]:border-primary has-[:checked]:bg-primary-soft has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-ring">
          <input id={`${id}-${kind}`} type="radio" name={id} checked={value === kind} onChange={() => onChange(kind)} aria-describedby={`${id}-${kind}-text`} aria-label={t(`knowledge.correct.kind.${kind}`)} className="mt-1 size-4 shrink-0 accent-primary outline-none" />
          <span><span className="block font-medium">{t(`knowledge.correct.kind.${kind}`)}</span><span id={`${id}-${kind}-text`} className="mt-0.5 block text-[13px] text-muted-foreground">{t(`knowledge.correct.kindText.${kind}`)}</span></span>
        </label>
      ))}
    </fieldset>
  );
}
