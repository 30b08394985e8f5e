// Adds or changes an OpenAI-compatible endpoint.
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/choice";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import type { Dialect, Model, ModelInput } from "@/lib/api/types";
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

const parts = ["name", "url", "model", "api_key", "context_length", "input_price", "output_price"] as const;
type Part = (typeof parts)[number];
type FormValues = Record<Part, string> & { dialect: Dialect; sees_images: boolean };

const dialects: Dialect[] = ["server", "chatglm3", "glm4", "glm4-0414", "glm-z1", "glm45", "glm47"];
const required: Part[] = ["name", "url", "model"];
const types: Partial<Record<Part, string>> = { url: "url", api_key: "password", context_length: "number", input_price: "number", output_price: "number" };

const price = (text: string): number | null => (text === "" ? null : Number(text));

/** Of what need not be said, only what was changed. */
function toInput(form: FormValues, before: FormValues): ModelInput {
  return {
    name: form.name,
    url: form.url,
    model: form.model,
    ...(form.dialect === before.dialect ? {} : { dialect: form.dialect }),
    ...(form.sees_images === before.sees_images ? {} : { sees_images: form.sees_images }),
    ...(form.input_price === before.input_price ? {} : { input_price: price(form.input_price) }),
    ...(form.output_price === before.output_price ? {} : { output_price: price(form.output_price) }),
    ...(form.api_key ? { api_key: form.api_key } : {}),
    ...(form.context_length ? { context_length: Number(form.context_length) } : {}),
  };
}

function startForm(model: Model | null): FormValues {
  const text = (value: string | number | null | undefined): string => String(value ?? "");
  return {
    name: text(model?.name),
    url: text(model?.url),
    model: text(model?.model),
    api_key: "",
    context_length: text(model?.context_length),
    dialect: dialects.find((one) => one === model?.dialect) ?? "server",
    sees_images: model?.sees_images ?? false,
    input_price: text(model?.input_price),
    output_price: text(model?.output_price),
  };
}

function ModelForm({ model, onDone }: { model: Model | null; onDone: () => void }) {
  const { t } = useTranslation();
  const edit = useEditModel();
  const [form, setForm] = useState<FormValues>(() => startForm(model));
  const set = (change: Partial<FormValues>): void => setForm({ ...form, ...change });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const body = toInput(form, startForm(model));
    edit.mutate(model ? { action: "change", id: model.id, body } : { action: "add", body }, { onSuccess: onDone });
  };
  const failed = formError(edit.error, [...parts, "dialect"], t);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
      {parts.map((part) => (
        <Field key={part} label={t(`models.field.${part}`)} hint={part === "api_key" && model?.has_key ? t("models.keyKept") : t(`models.hint.${part}`)} optional={required.includes(part) ? undefined : t("common.optional")} error={fieldError(edit.error, part, t)}>
          {(props) => <Input {...props} type={types[part] ?? "text"} step="any" min={types[part] === "number" ? 0 : undefined} required={required.includes(part)} autoComplete="off" value={form[part]} onChange={(event) => set({ [part]: event.target.value })} />}
        </Field>
      ))}
      <Field label={t("models.dialect")} hint={t("models.dialectHint")} error={fieldError(edit.error, "dialect", t)}>
        {(props) => (
          <Select {...props} value={form.dialect} onChange={(event) => set({ dialect: event.target.value as Dialect })}>
            {dialects.map((one) => <option key={one} value={one}>{one === "server" ? t("models.dialectServer") : one}</option>)}
          </Select>
        )}
      </Field>
      <label htmlFor="model-sees" className="flex cursor-pointer items-start gap-3 text-sm">
        <Checkbox id="model-sees" aria-describedby="model-sees-hint" checked={form.sees_images} onCheckedChange={(on) => set({ sees_images: on === true })} className="mt-0.5" />
        <span><span className="block font-medium">{t("models.sees")}</span><span id="model-sees-hint" className="block text-[13px] text-muted-foreground">{t("models.seesHint")}</span></span>
      </label>
      <div className="flex justify-end gap-2">
        <Button variant="outline" onClick={onDone}>{t("common.cancel")}</Button>
        <Button type="submit" busy={edit.isPending}>{t("common.save")}</Button>
      </div>
    </form>
  );
}
