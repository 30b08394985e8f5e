// What a base is called, how it is searched, which fields its documents have, how it is indexed, and its end.
import { Trash2 } from "lucide-react";
import { useState, type ReactNode, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Confirm } from "@/components/Confirm";
import { Button } from "@/components/ui/button";
import { Field, Input, Select, Textarea } from "@/components/ui/input";
import { errorText, fieldError, formError } from "@/lib/api/error-text";
import type { KnowledgeBase } from "@/lib/api/knowledge-types";
import type { Visibility } from "@/lib/api/types";
import { formatNumber } from "@/lib/format";
import { useChangeBase, useDeleteBase } from "../api/base";
import { useMayManage } from "../rights";
import { FieldsForm } from "./FieldsForm";
import { IndexesPart } from "./IndexesPart";
import { PicturesForm } from "./PicturesForm";
import { RetrievalForm } from "./RetrievalForm";

export function BaseSettings({ base, onDeleted }: { base: KnowledgeBase; onDeleted: () => void }) {
  const { t } = useTranslation();
  const manages = useMayManage(base);
  return (
    <div className="flex max-w-3xl flex-col gap-8">
      {base.can_edit ? null : <p className="rounded-lg bg-muted px-3 py-2 text-sm">{t("knowledge.settings.readOnly")}</p>}
      <Part title={t("knowledge.settings.about")}><AboutForm base={base} /></Part>
      <Part title={t("knowledge.retrieval.title")} text={t("knowledge.retrieval.text")}><RetrievalForm key={base.id} base={base} /></Part>
      <Part title={t("knowledge.fields.title")} text={t("knowledge.fields.text")}><FieldsForm base={base} /></Part>
      <Part title={t("knowledge.pictures.title")} text={t("knowledge.pictures.text")}><PicturesForm base={base} /></Part>
      <Part title={t("knowledge.index.parts")} text={t("knowledge.index.text")}><IndexesPart base={base} /></Part>
      {manages ? <Part title={t("builder.sharing")}><Sharing base={base} /></Part> : null}
      {manages ? <Part title={t("knowledge.settings.delete")} text={t("knowledge.settings.deleteHint")}><DeleteButton base={base} onDeleted={onDeleted} /></Part> : null}
    </div>
  );
}

export function Part({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-4 border-t pt-6 first:border-t-0 first:pt-0">
      <div><h2 className="font-semibold">{title}</h2>{text ? <p className="mt-0.5 text-[13px] text-pretty text-muted-foreground">{text}</p> : null}</div>
      {children}
    </section>
  );
}

function AboutForm({ base }: { base: KnowledgeBase }) {
  const { t } = useTranslation();
  const change = useChangeBase(base.id);
  const [form, setForm] = useState({ name: base.name, description: base.description });
  const dirty = form.name.trim() !== base.name || form.description.trim() !== base.description;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    change.mutate({ name: form.name.trim(), description: form.description.trim() }, { onSuccess: () => toast.success(t("settings.saved")) });
  };
  const failed = formError(change.error, ["name", "description"], t);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
      <Field label={t("knowledge.name")} error={fieldError(change.error, "name", t)}>
        {(props) => <Input {...props} required maxLength={100} readOnly={!base.can_edit} value={form.name} onChange={(event) => setForm({ ...form, name: event.target.value })} />}
      </Field>
      <Field label={t("knowledge.description")} hint={t("knowledge.descriptionHint")} error={fieldError(change.error, "description", t)}>
        {(props) => <Textarea {...props} rows={2} maxLength={500} readOnly={!base.can_edit} value={form.description} onChange={(event) => setForm({ ...form, description: event.target.value })} />}
      </Field>
      {base.can_edit ? <Button type="submit" className="self-start" variant="outline" disabled={!dirty} busy={change.isPending}>{t("common.save")}</Button> : null}
    </form>
  );
}

function Sharing({ base }: { base: KnowledgeBase }) {
  const { t } = useTranslation();
  const change = useChangeBase(base.id);
  const share = (visibility: Visibility): void => change.mutate({ visibility }, { onError: (error) => toast.error(errorText(error, t)) });
  return (
    <Field label={t("builder.visibility")} hint={t(base.visibility === "private" ? "knowledge.privateHint" : "knowledge.sharedHint")}>
      {(props) => (
        <Select {...props} value={base.visibility} onChange={(event) => share(event.target.value as Visibility)}>
          <option value="private">{t("agents.private")}</option>
          <option value="workspace">{t("agents.shared")}</option>
        </Select>
      )}
    </Field>
  );
}

function DeleteButton({ base, onDeleted }: { base: KnowledgeBase; onDeleted: () => void }) {
  const { t } = useTranslation();
  const remove = useDeleteBase();
  const [asking, setAsking] = useState(false);
  const go = (): void => remove.mutate(base.id, { onSuccess: onDeleted, onError: (error) => { setAsking(false); toast.error(errorText(error, t)); } });
  return (
    <>
      <Button variant="outline" className="self-start text-danger" onClick={() => setAsking(true)}><Trash2 />{t("knowledge.settings.delete")}</Button>
      <Confirm open={asking} onOpenChange={setAsking} title={t("knowledge.settings.deleteTitle", { name: base.name })} text={t("knowledge.settings.deleteText", { count: base.counts.documents, number: formatNumber(base.counts.documents) })} action={t("conversations.delete")} busy={remove.isPending} onConfirm={go} />
    </>
  );
}
