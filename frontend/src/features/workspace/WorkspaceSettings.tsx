// Everything about the current workspace on one page.
import { useState, type SubmitEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Confirm } from "@/components/Confirm";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/input";
import { errorText, fieldError } from "@/lib/api/error-text";
import { canManage, useMe, useWorkspace } from "@/lib/api/requests/me";
import type { Workspace } from "@/lib/api/types";
import { useChangeWorkspace } from "./api/workspaces";
import { InvitationsSettings } from "./InvitationsSettings";
import { MembersSettings } from "./MembersSettings";
import { SecretsSettings } from "./SecretsSettings";

export function WorkspaceSettings() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const manager = canManage(workspace.role);
  return (
    <div key={workspace.id} className="flex flex-col gap-10">
      {workspace.role === "owner" ? <Part title={t("workspace.general")}><NameForm workspace={workspace} /></Part> : null}
      <Part title={t("workspace.members")}><MembersSettings workspace={workspace} /></Part>
      {manager ? <Part title={t("workspace.invitations")}><InvitationsSettings workspace={workspace} /></Part> : null}
      {manager ? <Part title={t("secrets.title")} text={t("secrets.text")}><SecretsSettings workspace={workspace} /></Part> : null}
      {workspace.role === "owner" ? <DeletePart workspace={workspace} /> : null}
    </div>
  );
}

function Part({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="font-semibold">{title}</h2>
      {text ? <p className="mt-0.5 text-sm text-muted-foreground">{text}</p> : null}
      <div className="mt-3">{children}</div>
    </section>
  );
}

function NameForm({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation();
  const change = useChangeWorkspace(workspace.id);
  const [name, setName] = useState(workspace.name);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    change.mutate(name.trim(), { onSuccess: () => toast.success(t("settings.saved")), onError: (error) => toast.error(errorText(error, t)) });
  };
  return (
    <form onSubmit={submit} className="flex items-end gap-3">
      <Field label={t("workspace.name")} error={fieldError(change.error, "name", t)} className="max-w-sm grow">
        {(props) => <Input {...props} required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Button type="submit" variant="outline" className="h-10" busy={change.isPending} disabled={name.trim() === workspace.name}>{t("common.save")}</Button>
    </form>
  );
}

function DeletePart({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation();
  const me = useMe();
  const change = useChangeWorkspace(workspace.id);
  const [asking, setAsking] = useState(false);
  if (me.workspaces.length < 2) return null;
  return (
    <Part title={t("workspace.deleteHead")} text={t("workspace.deleteText")}>
      <Button variant="outline" className="text-danger" onClick={() => setAsking(true)}>{t("workspace.delete")}</Button>
      <Confirm open={asking} onOpenChange={setAsking} title={t("workspace.deleteTitle", { name: workspace.name })} text={t("workspace.deleteText")} action={t("workspace.delete")} busy={change.isPending} onConfirm={() => change.mutate(null, { onError: (error) => toast.error(errorText(error, t)), onSettled: () => setAsking(false) })} />
    </Part>
  );
}
