// Keys that agents' tools may use: they can be set and replaced, never read.
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { ErrorState } from "@/components/States";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText, fieldError, formError } from "@/lib/api/error-text";
import { useSecrets } from "@/lib/api/requests/secrets";
import type { Secret, Workspace } from "@/lib/api/types";
import { formatRelative } from "@/lib/format";
import { useEditSecret } from "./api/secrets";

export function SecretsSettings({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation();
  const secrets = useSecrets(workspace.id);
  const edit = useEditSecret(workspace.id);
  const [editing, setEditing] = useState<Secret | "new" | null>(null);
  if (secrets.isPending) return <Skeleton className="h-24" />;
  if (secrets.isError) return <ErrorState error={secrets.error} onRetry={() => void secrets.refetch()} className="py-6" />;
  return (
    <div className="flex flex-col items-start gap-3">
      {secrets.data.length === 0 ? <p className="text-sm text-muted-foreground">{t("secrets.empty")}</p> : (
        <ul className="w-full divide-y rounded-2xl border bg-surface">
          {secrets.data.map((secret) => (
            <li key={secret.id} className="flex flex-wrap items-center gap-2 px-5 py-3">
              <div className="min-w-40 grow"><p className="font-mono text-sm">{secret.name}</p><p className="text-[13px] text-muted-foreground">{t("secrets.updated", { when: formatRelative(secret.updated_at) })}</p></div>
              <Button variant="ghost" size="sm" aria-label={t("secrets.replaceNamed", { name: secret.name })} onClick={() => setEditing(secret)}>{t("secrets.replace")}</Button>
              <Button variant="ghost" size="sm" aria-label={t("secrets.deleteNamed", { name: secret.name })} onClick={() => edit.mutate({ action: "delete", id: secret.id }, { onError: (error) => toast.error(errorText(error, t)) })}>{t("secrets.delete")}</Button>
            </li>
          ))}
        </ul>
      )}
      <Button variant="outline" onClick={() => setEditing("new")}>{t("secrets.add")}</Button>
      <Dialog open={editing !== null} onOpenChange={(open) => { if (!open) setEditing(null); }} title={t(editing === "new" ? "secrets.add" : "secrets.replace")} description={t("secrets.text")}>
        <SecretForm key={String(editing === "new" || editing?.id)} secret={editing === "new" ? null : editing} workspaceId={workspace.id} onDone={() => setEditing(null)} />
      </Dialog>
    </div>
  );
}

function SecretForm({ secret, workspaceId, onDone }: { secret: Secret | null; workspaceId: string; onDone: () => void }) {
  const { t } = useTranslation();
  const edit = useEditSecret(workspaceId);
  const [form, setForm] = useState({ name: secret?.name ?? "", value: "" });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    edit.mutate(secret ? { action: "replace", id: secret.id, value: form.value } : { action: "add", ...form }, { onSuccess: onDone });
  };
  const failed = formError(edit.error, ["name", "value"], t);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
      <Field label={t("secrets.name")} error={fieldError(edit.error, "name", t)}>
        {(props) => <Input {...props} className="font-mono" required disabled={secret !== null} autoComplete="off" value={form.name} onChange={(event) => setForm({ ...form, name: event.target.value })} />}
      </Field>
      <Field label={t("secrets.value")} error={fieldError(edit.error, "value", t)}>
        {(props) => <Input {...props} type="password" required autoComplete="off" value={form.value} onChange={(event) => setForm({ ...form, value: event.target.value })} />}
      </Field>
      <Button type="submit" busy={edit.isPending} className="self-end">{t("common.save")}</Button>
    </form>
  );
}
