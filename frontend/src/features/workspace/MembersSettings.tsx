// Who belongs to the workspace and what they may do.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Confirm } from "@/components/Confirm";
import { ErrorState } from "@/components/States";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/api/error-text";
import { canManage, useMe } from "@/lib/api/requests/me";
import type { Member, Role, Workspace } from "@/lib/api/types";
import { useChangeMember, useMembers } from "./api/members";

export const roles: Role[] = ["owner", "admin", "editor", "viewer"];

export function MembersSettings({ workspace }: { workspace: Workspace }) {
  const members = useMembers(workspace.id);
  if (members.isPending) return <Skeleton className="h-32" />;
  if (members.isError) return <ErrorState error={members.error} onRetry={() => void members.refetch()} className="py-6" />;
  return (
    <ul className="divide-y rounded-2xl border bg-surface">
      {members.data.map((member) => <MemberRow key={member.id} member={member} workspace={workspace} />)}
    </ul>
  );
}

function MemberRow({ member, workspace }: { member: Member; workspace: Workspace }) {
  const { t } = useTranslation();
  const me = useMe();
  const change = useChangeMember(workspace.id);
  const [removing, setRemoving] = useState(false);
  const self = member.user.id === me.user.id;
  const manager = canManage(workspace.role);
  const set = (role: Role | null): void => {
    change.mutate({ id: member.id, role }, { onError: (error) => toast.error(errorText(error, t)), onSettled: () => setRemoving(false) });
  };
  return (
    <li className="flex flex-wrap items-center gap-3 px-5 py-3.5">
      <div className="min-w-40 grow">
        <p className="flex items-center gap-2 text-sm font-medium">{member.user.name} {self ? <Badge>{t("workspace.you")}</Badge> : null}</p>
        <p className="truncate text-[13px] text-muted-foreground">{member.user.email}</p>
      </div>
      {manager ? (
        <Select aria-label={t("workspace.roleOf", { name: member.user.name })} className="w-32" value={member.role} onChange={(event) => set(event.target.value as Role)}>
          {roles.map((role) => <option key={role} value={role} disabled={role === "owner" && workspace.role !== "owner"}>{t(`role.${role}`)}</option>)}
        </Select>
      ) : <span className="text-sm text-muted-foreground">{t(`role.${member.role}`)}</span>}
      {manager || self ? <Button variant="ghost" size="sm" onClick={() => setRemoving(true)}>{t(self ? "workspace.leave" : "workspace.remove")}</Button> : null}
      <Confirm
        open={removing}
        onOpenChange={setRemoving}
        title={t(self ? "workspace.leaveTitle" : "workspace.removeTitle", { name: self ? workspace.name : member.user.name })}
        text={t(self ? "workspace.leaveText" : "workspace.removeText")}
        action={t(self ? "workspace.leave" : "workspace.remove")}
        busy={change.isPending}
        onConfirm={() => set(null)}
      />
    </li>
  );
}
