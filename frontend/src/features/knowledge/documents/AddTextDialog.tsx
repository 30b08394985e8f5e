// Makes a document of a text that is written or pasted.
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input, Textarea } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import { useAddText } from "../api/add-text";

interface DialogProps {
  baseId: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function AddTextDialog({ baseId, open, onOpenChange }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("knowledge.addText.title")} description={t("knowledge.addText.text")} className="max-w-2xl">
      <TextForm baseId={baseId} onClose={() => onOpenChange(false)} />
    </Dialog>
  );
}

function TextForm({ baseId, onClose }: { baseId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const add = useAddText(baseId);
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    add.mutate({ name: name.trim(), text }, {
      onSuccess: ({ value, created }) => {
        toast(t(created ? "knowledge.addText.added" : "knowledge.addText.known", { name: value.name }));
        onClose();
      },
    });
  };
  const failed = formError(add.error, ["name", "text"], t);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
      <Field label={t("knowledge.addText.name")} hint={t("knowledge.addText.nameHint")} error={fieldError(add.error, "name", t)}>
        {(props) => <Input {...props} required autoFocus maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Field label={t("knowledge.addText.body")} error={fieldError(add.error, "text", t)}>
        {(props) => <Textarea {...props} required rows={12} maxLength={1_000_000} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <div className="flex justify-end gap-2">
        <Button variant="outline" onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" busy={add.isPending}>{t("knowledge.add")}</Button>
      </div>
    </form>
  );
}
