// Writes a passage, or corrects one.
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { useFocusKept } from "@/components/ui/focus";
import { Field, Input, Textarea } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import type { Chunk } from "@/lib/api/knowledge-types";
import { useChunkDeed } from "../api/chunks";

interface FormProps {
  documentId: string;
  /** Null: a new one. */
  chunk: Chunk | null;
  after: number | null;
  onDone: () => void;
}

export function ChunkForm({ documentId, chunk, after, onDone }: FormProps) {
  const { t } = useTranslation();
  const place = useFocusKept<HTMLFormElement>();
  const deed = useChunkDeed(documentId);
  const [text, setText] = useState(chunk?.text ?? "");
  const [question, setQuestion] = useState(chunk?.question ?? "");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const body = { text, question: question.trim() };
    deed.mutate(chunk ? { deed: "change", id: chunk.id, body } : { deed: "add", body: { ...body, ...(after === null ? {} : { after }) } }, { onSuccess: onDone });
  };
  const failed = formError(deed.error, ["text", "question"], t);
  return (
    <form ref={place} onSubmit={submit} className="mt-2 flex flex-col gap-3">
      {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
      <Field label={t("knowledge.reading.chunkText")} error={fieldError(deed.error, "text", t)}>
        {(props) => <Textarea {...props} autoFocus required rows={Math.min(14, Math.max(5, text.split("\n").length + 1))} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <Field label={t("knowledge.reading.question")} hint={t("knowledge.reading.questionHint")} optional={t("common.optional")} error={fieldError(deed.error, "question", t)}>
        {(props) => <Input {...props} maxLength={1000} value={question} onChange={(event) => setQuestion(event.target.value)} />}
      </Field>
      <div className="flex justify-end gap-2">
        <Button variant="ghost" size="sm" onClick={onDone}>{t("common.cancel")}</Button>
        <Button type="submit" size="sm" busy={deed.isPending} disabled={text.trim() === ""}>{t("common.save")}</Button>
      </div>
    </form>
  );
}
