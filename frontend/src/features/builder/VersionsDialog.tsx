// The published versions: what each one was, how it differs from the draft, and going back to it.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { ErrorState } from "@/components/States";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/api/error-text";
import { useAgentVersion } from "@/lib/api/requests/agent-version";
import type { Agent, AgentConfig, AgentVersionRef } from "@/lib/api/types";
import { formatDate } from "@/lib/format";
import { useRevert, useVersions } from "./api/versions";
import { diffConfigs } from "./diff";

interface VersionsDialogProps {
  agent: Agent;
  draft: AgentConfig;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onReverted: (agent: Agent) => void;
}

export function VersionsDialog({ open, onOpenChange, ...props }: VersionsDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("builder.versions")} className="max-w-2xl">
      <VersionList {...props} onReverted={(agent) => { props.onReverted(agent); onOpenChange(false); }} />
    </Dialog>
  );
}

type VersionListProps = Omit<VersionsDialogProps, "open" | "onOpenChange">;

function VersionList({ agent, draft, onReverted }: VersionListProps) {
  const { t } = useTranslation();
  const versions = useVersions(agent.id);
  const [opened, setOpened] = useState<number | null>(null);
  if (versions.isPending) return <Skeleton className="h-40" />;
  if (versions.isError) return <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />;
  if (versions.data.length === 0) return <p className="py-4 text-sm text-muted-foreground">{t("builder.noVersions")}</p>;
  return (
    <ul className="flex flex-col gap-2">
      {versions.data.map((version) => (
        <li key={version.id} className="rounded-xl border p-4">
          <VersionHead version={version} current={version.id === agent.published?.id} opened={opened === version.number} onToggle={() => setOpened(opened === version.number ? null : version.number)} />
          {opened === version.number ? <VersionBody agent={agent} draft={draft} number={version.number} onReverted={onReverted} /> : null}
        </li>
      ))}
    </ul>
  );
}

interface VersionHeadProps {
  version: AgentVersionRef;
  current: boolean;
  opened: boolean;
  onToggle: () => void;
}

function VersionHead({ version, current, opened, onToggle }: VersionHeadProps) {
  const { t } = useTranslation();
  return (
    <div className="flex items-start gap-3">
      <div className="min-w-0 grow">
        <p className="flex items-center gap-2 text-sm font-medium">{t("trace.versionNumber", { number: version.number })} {current ? <Badge tone="accent">{t("builder.current")}</Badge> : null}</p>
        <p className="text-[13px] text-muted-foreground">{version.published_by.name} · {formatDate(version.published_at)}</p>
        {version.notes ? <p className="mt-1.5 text-sm whitespace-pre-wrap">{version.notes}</p> : null}
      </div>
      <Button variant="outline" size="sm" aria-expanded={opened} onClick={onToggle}>{t(opened ? "builder.hideVersion" : "builder.showVersion")}</Button>
    </div>
  );
}

function VersionBody({ agent, draft, number, onReverted }: VersionListProps & { number: number }) {
  const { t } = useTranslation();
  const version = useAgentVersion(agent.id, number);
  const revert = useRevert(agent.id);
  if (version.isPending) return <Skeleton className="mt-4 h-24" />;
  if (version.isError) return <ErrorState error={version.error} onRetry={() => void version.refetch()} />;
  const changes = diffConfigs(version.data.config, draft);
  const go = (): void => {
    revert.mutate(number, {
      onError: (error) => toast.error(errorText(error, t)),
      onSuccess: (fresh) => {
        toast.success(t("builder.reverted", { number }));
        onReverted(fresh);
      },
    });
  };
  return (
    <div className="mt-4 flex flex-col gap-4 border-t pt-4">
      {changes.length === 0 ? <p className="text-sm text-muted-foreground">{t("builder.sameAsDraft")}</p> : changes.map((change) => (
        <div key={change.field}>
          <h3 className="mb-1 text-xs font-medium text-muted-foreground">{t(`configField.${change.field}`)}</h3>
          <div className="grid gap-2 sm:grid-cols-2">
            <DiffText label={t("trace.versionNumber", { number })} text={change.before} />
            <DiffText label={t("agents.draft")} text={change.after} />
          </div>
        </div>
      ))}
      <Button variant="outline" busy={revert.isPending} disabled={changes.length === 0} onClick={go} className="self-start">{t("builder.revert")}</Button>
    </div>
  );
}

function DiffText({ label, text }: { label: string; text: string }) {
  return (
    <figure className="min-w-0 rounded-lg bg-code p-2.5">
      <figcaption className="text-[11px] text-muted-foreground">{label}</figcaption>
      <pre className="mt-1 max-h-40 overflow-auto font-sans text-[13px] whitespace-pre-wrap">{text || "—"}</pre>
    </figure>
  );
}
