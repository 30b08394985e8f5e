// Enters the address of a model that embeds or reranks, or changes it.
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input, Select } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import type { KnowledgeModel } from "@/lib/api/knowledge-types";
import { useModelDeed, type KnowledgeModelInput } from "../api/models";

interface DialogProps {
  model: KnowledgeModel | null;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function KnowledgeModelDialog({ model, open, onOpenChange }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t(model ? "knowledge.model.change" : "knowledge.model.add")} description={t("knowledge.model.addText")}>
      <ModelForm model={model} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

const parts = ["name", "url", "model", "api_key"] as const;
type Part = (typeof parts)[number];
const types: Record<Part, string> = { name: "text", url: "url", model: "text", api_key: "password" };

function ModelForm({ model, onDone }: { model: KnowledgeModel | null; onDone: () => void }) {
  const { t } = useTranslation();
  const deed = useModelDeed();
  const [kind, setKind] = useState<KnowledgeModel["kind"]>(model?.kind ?? "embedding");
  const [form, setForm] = useState<Record<Part, string>>({ name: model?.name ?? "", url: model?.url ?? "", model: model?.model ?? "", api_key: "" });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { api_key, ...rest } = form;
    const body: Omit<KnowledgeModelInput, "kind"> = { ...rest, ...(api_key ? { api_key } : {}) };
    deed.mutate(model ? { deed: "change", id: model.id, body } : { deed: "add", body: { ...body, kind } }, { onSuccess: onDone });
  };
  const failed = formError(deed.error, [...parts, "kind"], t);
  const hint = (part: Part): string | undefined => (part === "api_key" ? t(model?.has_key ? "models.keyKept" : "models.hint.api_key") : part === "url" ? t(`knowledge.model.urlHint.${kind}`) : undefined);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
      {model ? null : (
        <Field label={t("knowledge.model.kindLabel")} error={fieldError(deed.error, "kind", t)}>
          {(props) => (
            <Select {...props} value={kind} onChange={(event) => setKind(event.target.value as KnowledgeModel["kind"])}>
              <option value="embedding">{t("knowledge.model.kind.embedding")}</option>
              <option value="rerank">{t("knowledge.model.kind.rerank")}</option>
            </Select>
          )}
        </Field>
      )}
      {parts.map((part) => (
        <Field key={part} label={t(`models.field.${part}`)} hint={hint(part)} optional={part === "api_key" ? t("common.optional") : undefined} error={fieldError(deed.error, part, t)}>
          {(props) => <Input {...props} type={types[part]} required={part !== "api_key"} autoComplete="off" value={form[part]} onChange={(event) => setForm({ ...form, [part]: event.target.value })} />}
        </Field>
      ))}
      <div className="flex justify-end gap-2">
        <Button variant="outline" onClick={onDone}>{t("common.cancel")}</Button>
        <Button type="submit" busy={deed.isPending}>{t("common.save")}</Button>
      </div>
    </form>
  );
}
