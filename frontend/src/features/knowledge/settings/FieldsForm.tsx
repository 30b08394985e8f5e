// The fields by which documents of a base are described and found.
import { Plus, X } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Button, IconButton } from "@/components/ui/button";
import { Input, Select } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import type { FieldType, KnowledgeBase, MetadataField } from "@/lib/api/knowledge-types";
import { useChangeBase } from "../api/base";

const types: FieldType[] = ["text", "number", "date", "boolean", "list"];
const MOST_FIELDS = 30;

export function FieldsForm({ base }: { base: KnowledgeBase }) {
  const { t } = useTranslation();
  const change = useChangeBase(base.id);
  const [fields, setFields] = useState(base.fields);
  const edit = (at: number, update: Partial<MetadataField>): void => setFields(fields.map((field, index) => (index === at ? { ...field, ...update } : field)));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    change.mutate({ fields: fields.map((field) => ({ ...field, name: field.name.trim() })) }, { onSuccess: (saved) => { setFields(saved.fields); toast.success(t("settings.saved")); } });
  };
  const failed = formError(change.error, ["fields"], t) ?? fieldError(change.error, "fields", t);
  if (!base.can_edit) return <ReadOnly fields={base.fields} />;
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
      {fields.map((field, index) => (
        <div key={index} role="group" aria-label={t("knowledge.fields.number", { number: index + 1 })} className="flex items-center gap-2">
          <Input aria-label={t("knowledge.fields.name", { number: index + 1 })} required maxLength={40} value={field.name} onChange={(event) => edit(index, { name: event.target.value })} />
          <Select aria-label={t("knowledge.fields.type", { number: index + 1 })} className="w-36 shrink-0" value={field.type} onChange={(event) => edit(index, { type: event.target.value as FieldType })}>
            {types.map((type) => <option key={type} value={type}>{t(`knowledge.fieldType.${type}`)}</option>)}
          </Select>
          <IconButton label={t("knowledge.fields.remove", { name: field.name || String(index + 1) })} onClick={() => setFields(fields.filter((_, at) => at !== index))}><X /></IconButton>
        </div>
      ))}
      {fields.length < MOST_FIELDS ? <Button variant="ghost" size="sm" className="self-start" onClick={() => setFields([...fields, { name: "", type: "text" }])}><Plus />{t("knowledge.fields.add")}</Button> : null}
      <Button type="submit" variant="outline" className="mt-2 self-start" disabled={JSON.stringify(fields) === JSON.stringify(base.fields)} busy={change.isPending}>{t("common.save")}</Button>
    </form>
  );
}

function ReadOnly({ fields }: { fields: MetadataField[] }) {
  const { t } = useTranslation();
  if (fields.length === 0) return <p className="text-sm text-muted-foreground">{t("knowledge.fields.none")}</p>;
  return <ul className="flex flex-col gap-1 text-sm">{fields.map((field) => <li key={field.name}>{field.name} <span className="text-muted-foreground">{t(`knowledge.fieldType.${field.type}`)}</span></li>)}</ul>;
}
