// Has the model draft questions of passages picked at random.
import { Sparkles } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import { useDraftQuestions } from "../api/questions";

interface DraftProps {
  baseId: string;
  drafting: boolean;
  onDrafting: (count: number) => void;
}

export function DraftButton({ baseId, drafting, onDrafting }: DraftProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="outline" busy={drafting} onClick={() => setOpen(true)}>{drafting ? null : <Sparkles />}{t("knowledge.question.draft")}</Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("knowledge.question.draft")} description={t("knowledge.question.draftText")}>
        <DraftForm baseId={baseId} onClose={() => setOpen(false)} onDrafting={onDrafting} />
      </Dialog>
    </>
  );
}

function DraftForm({ baseId, onClose, onDrafting }: { baseId: string; onClose: () => void; onDrafting: (count: number) => void }) {
  const { t } = useTranslation();
  const draft = useDraftQuestions(baseId);
  const [count, setCount] = useState(10);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    draft.mutate(count, { onSuccess: (answer) => { onDrafting(answer.count); onClose(); } });
  };
  const failed = formError(draft.error, ["count"], t);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
      <Field label={t("knowledge.question.howMany")} error={fieldError(draft.error, "count", t)}>
        {(props) => <Input {...props} type="number" autoFocus required min={1} max={50} value={count} onChange={(event) => setCount(event.target.valueAsNumber || 1)} />}
      </Field>
      <div className="flex justify-end gap-2">
        <Button variant="outline" onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" busy={draft.isPending}>{t("knowledge.question.draftNow")}</Button>
      </div>
    </form>
  );
}
