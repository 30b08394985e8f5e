// A document's name and its fields, each by its type.
import { Link } from "@tanstack/react-router";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input, Select, Textarea } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import type { FieldType, KnowledgeDocument, MetadataField } from "@/lib/api/knowledge-types";
import { useDocumentDeed } from "../api/document";
import { formOf, metadataOf } from "../metadata";

interface DialogProps {
  document: KnowledgeDocument;
  fields: MetadataField[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function MetadataDialog({ document, fields, open, onOpenChange }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("knowledge.documents.details")} description={t("knowledge.documents.detailsText")}>
      <DetailsForm document={document} fields={fields} onClose={() => onOpenChange(false)} />
    </Dialog>
  );
}

function DetailsForm({ document, fields, onClose }: Pick<DialogProps, "document" | "fields"> & { onClose: () => void }) {
  const { t } = useTranslation();
  const deed = useDocumentDeed(document);
  const [name, setName] = useState(document.name);
  const [form, setForm] = useState(() => formOf(document.metadata, fields));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    deed.mutate({ deed: "change", body: { name: name.trim(), metadata: metadataOf(form, fields) } }, { onSuccess: onClose });
  };
  const failed = formError(deed.error, ["name", "metadata"], t) ?? fieldError(deed.error, "metadata", t);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
      <Field label={t("knowledge.name")} error={fieldError(deed.error, "name", t)}>
        {(props) => <Input {...props} required autoFocus maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      {fields.map((field) => (
        <Field key={field.name} label={field.name} optional={t("common.optional")} hint={field.type === "list" ? t("builder.optionsHint") : undefined} error={fieldError(deed.error, `metadata.${field.name}`, t)}>
          {(props) => <Value {...props} type={field.type} value={form[field.name] ?? ""} onChange={(value) => setForm({ ...form, [field.name]: value })} />}
        </Field>
      ))}
      {fields.length === 0 ? <p className="text-[13px] text-muted-foreground">{t("knowledge.documents.noFields")} <Link to="/knowledge/$knowledgeId/$section" params={{ knowledgeId: document.knowledge_id, section: "settings" }} className="text-primary-text underline underline-offset-4">{t("knowledge.documents.addFields")}</Link></p> : null}
      <div className="flex justify-end gap-2">
        <Button variant="outline" onClick={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" busy={deed.isPending}>{t("common.save")}</Button>
      </div>
    </form>
  );
}

interface ValueProps {
  id: string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
  type: FieldType;
  value: string;
  onChange: (value: string) => void;
}

function Value({ type, onChange, ...props }: ValueProps) {
  const { t } = useTranslation();
  if (type === "list") return <Textarea {...props} rows={3} onChange={(event) => onChange(event.target.value)} />;
  if (type === "boolean") {
    return (
      <Select {...props} onChange={(event) => onChange(event.target.value)}>
        <option value="">–</option>
        <option value="true">{t("common.yes")}</option>
        <option value="false">{t("common.no")}</option>
      </Select>
    );
  }
  return <Input {...props} type={type} step="any" maxLength={2000} onChange={(event) => onChange(event.target.value)} />;
}
