// Inviting people: an address, a role, and a link to hand over.
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { CopyButton } from "@/components/CopyButton";
import { ErrorState } from "@/components/States";
import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText, fieldError, formError } from "@/lib/api/error-text";
import type { Invitation, Role, Workspace } from "@/lib/api/types";
import { formatDate } from "@/lib/format";
import { useInvitations, useInvite, useWithdrawInvitation } from "./api/invitations";
import { roles } from "./MembersSettings";

export function InvitationsSettings({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation();
  const invite = useInvite(workspace.id);
  const [form, setForm] = useState<{ email: string; role: Role }>({ email: "", role: "editor" });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    invite.mutate(form, { onSuccess: () => setForm({ ...form, email: "" }) });
  };
  const failed = formError(invite.error, ["email", "role"], t);
  const allowed = roles.filter((role) => role !== "owner" || workspace.role === "owner");
  return (
    <div className="flex flex-col gap-4">
      <form onSubmit={submit} className="flex flex-wrap items-start gap-3">
        <Field label={t("auth.email")} error={fieldError(invite.error, "email", t) ?? failed} className="min-w-52 grow">
          {(props) => <Input {...props} type="email" required value={form.email} onChange={(event) => setForm({ ...form, email: event.target.value })} />}
        </Field>
        <Field label={t("workspace.role")}>
          {(props) => <Select {...props} className="w-32" value={form.role} onChange={(event) => setForm({ ...form, role: event.target.value as Role })}>{allowed.map((role) => <option key={role} value={role}>{t(`role.${role}`)}</option>)}</Select>}
        </Field>
        <Button type="submit" busy={invite.isPending} className="mt-6.5 h-10">{t("workspace.invite")}</Button>
      </form>
      {invite.data?.link ? <InviteLink invitation={invite.data} link={invite.data.link} /> : null}
      <PendingInvitations workspace={workspace} />
    </div>
  );
}

function InviteLink({ invitation, link }: { invitation: Invitation; link: string }) {
  const { t } = useTranslation();
  const full = new URL(link, location.origin).href;
  return (
    <div role="status" className="rounded-xl bg-primary-soft p-4 text-sm">
      <p>{t("workspace.linkText", { email: invitation.email })}</p>
      <div className="mt-2 flex items-center gap-2"><Input readOnly aria-label={t("workspace.link")} value={full} onFocus={(event) => event.target.select()} className="font-mono text-xs" /><CopyButton text={full} label={t("workspace.copyLink")} /></div>
    </div>
  );
}

function PendingInvitations({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation();
  const invitations = useInvitations(workspace.id);
  const withdraw = useWithdrawInvitation(workspace.id);
  if (invitations.isPending) return <Skeleton className="h-16" />;
  if (invitations.isError) return <ErrorState error={invitations.error} onRetry={() => void invitations.refetch()} className="py-6" />;
  if (invitations.data.length === 0) return <p className="text-sm text-muted-foreground">{t("workspace.noInvitations")}</p>;
  return (
    <ul className="divide-y rounded-2xl border bg-surface">
      {invitations.data.map((invitation) => (
        <li key={invitation.id} className="flex flex-wrap items-center gap-3 px-5 py-3">
          <div className="min-w-40 grow">
            <p className="truncate text-sm font-medium">{invitation.email}</p>
            <p className="text-[13px] text-muted-foreground">{t(`role.${invitation.role}`)} · {t("workspace.expires", { date: formatDate(invitation.expires_at) })}</p>
          </div>
          <Button variant="ghost" size="sm" aria-label={t("workspace.withdrawNamed", { email: invitation.email })} onClick={() => withdraw.mutate(invitation.id, { onError: (error) => toast.error(errorText(error, t)) })}>{t("workspace.withdraw")}</Button>
        </li>
      ))}
    </ul>
  );
}
