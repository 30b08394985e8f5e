// Adds or changes an OpenAI-compatible endpoint.
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import type { Model, ModelInput } from "@/lib/api/types";
import { useEditModel } from "./api/edit-model";

interface ModelDialogProps {
  model: Model | null;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function ModelDialog({ model, open, onOpenChange }: ModelDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t(model ? "models.change" : "models.add")} description={t("models.addText")}>
      <ModelForm model={model} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

const parts = ["name", "url", "model", "api_key", "context_length"] as const;
type FormValues = Record<(typeof parts)[number], string>;

function toInput(form: FormValues): ModelInput {
  return {
    name: form.name,
    url: form.url,
    model: form.model,
    ...(form.api_key ? { api_key: form.api_key } : {}),
    ...(form.context_length ? { context_length: Number(form.context_length) } : {}),
  };
}

function ModelForm({ model, onDone }: { model: Model | null; onDone: () => void }) {
  const { t } = useTranslation();
  const edit = useEditModel();
  const [form, setForm] = useState<FormValues>({ name: model?.name ?? "", url: model?.url ?? "", model: model?.model ?? "", api_key: "", context_length: String(model?.context_length ?? "") });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const body = toInput(form);
    edit.mutate(model ? { action: "change", id: model.id, body } : { action: "add", body }, { onSuccess: onDone });
  };
  const optional = (part: string): boolean => part === "api_key" || part === "context_length";
  const types: Partial<Record<string, string>> = { url: "url", api_key: "password", context_length: "number" };
  const failed = formError(edit.error, [...parts], t);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
      {parts.map((part) => (
        <Field key={part} label={t(`models.field.${part}`)} hint={part === "api_key" && model?.has_key ? t("models.keyKept") : t(`models.hint.${part}`)} optional={optional(part) ? t("common.optional") : undefined} error={fieldError(edit.error, part, t)}>
          {(props) => <Input {...props} type={types[part] ?? "text"} required={!optional(part)} autoComplete="off" value={form[part]} onChange={(event) => setForm({ ...form, [part]: event.target.value })} />}
        </Field>
      ))}
      <div className="flex justify-end gap-2">
        <Button variant="outline" onClick={onDone}>{t("common.cancel")}</Button>
        <Button type="submit" busy={edit.isPending}>{t("common.save")}</Button>
      </div>
    </form>
  );
}
