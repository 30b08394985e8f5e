// Makes a knowledge base: a name is enough, the rest can be chosen now or later.
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input, Select, Textarea } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import type { KnowledgeBase } from "@/lib/api/knowledge-types";
import type { Visibility } from "@/lib/api/types";
import { useCreateBase, type NewBase } from "./api/base";
import { ChunkingForm, usual } from "./ChunkingForm";
import { EmbeddingSelect } from "./EmbeddingSelect";

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  workspaceId: string;
  onMade: (base: KnowledgeBase) => void;
}

export function NewBaseDialog({ open, onOpenChange, workspaceId, onMade }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("knowledge.new")} description={t("knowledge.newText")} className="max-w-lg">
      <BaseForm workspaceId={workspaceId} onMade={onMade} onCancel={() => onOpenChange(false)} />
    </Dialog>
  );
}

const shown = ["name", "description", "chunking", "embedding_id"];

function BaseForm({ workspaceId, onMade, onCancel }: { workspaceId: string; onMade: (base: KnowledgeBase) => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const create = useCreateBase();
  const [form, setForm] = useState<NewBase>({ name: "", description: "", visibility: "private", workspace_id: workspaceId });
  const edit = (change: Partial<NewBase>): void => setForm({ ...form, ...change });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate({ ...form, name: form.name.trim(), description: form.description.trim() }, { onSuccess: onMade });
  };
  const failed = formError(create.error, shown, t);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
      <Field label={t("knowledge.name")} error={fieldError(create.error, "name", t)}>
        {(props) => <Input {...props} required autoFocus maxLength={100} value={form.name} onChange={(event) => edit({ name: event.target.value })} />}
      </Field>
      <Field label={t("knowledge.description")} hint={t("knowledge.descriptionHint")} optional={t("common.optional")} error={fieldError(create.error, "description", t)}>
        {(props) => <Textarea {...props} rows={2} maxLength={500} value={form.description} onChange={(event) => edit({ description: event.target.value })} />}
      </Field>
      <Field label={t("builder.visibility")} hint={t(form.visibility === "private" ? "knowledge.privateHint" : "knowledge.sharedHint")}>
        {(props) => (
          <Select {...props} value={form.visibility} onChange={(event) => edit({ visibility: event.target.value as Visibility })}>
            <option value="private">{t("agents.private")}</option>
            <option value="workspace">{t("agents.shared")}</option>
          </Select>
        )}
      </Field>
      <details>
        <summary className="w-fit cursor-pointer rounded text-sm font-medium">{t("knowledge.howIndexed")}</summary>
        <div className="mt-3 flex flex-col gap-4 border-l-2 pl-4">
          <p className="text-[13px] text-muted-foreground">{t("knowledge.howIndexedText")}</p>
          <EmbeddingSelect value={form.embedding_id ?? null} onChange={(embedding_id) => edit({ embedding_id })} error={fieldError(create.error, "embedding_id", t)} />
          <ChunkingForm value={form.chunking ?? usual} onChange={(chunking) => edit({ chunking })} error={create.error} />
        </div>
      </details>
      <div className="flex justify-end gap-2">
        <Button variant="outline" onClick={onCancel}>{t("common.cancel")}</Button>
        <Button type="submit" busy={create.isPending}>{t("knowledge.make")}</Button>
      </div>
    </form>
  );
}
