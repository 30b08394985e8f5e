// The head of the builder: saved or not, try it, versions, publish.
import { Link } from "@tanstack/react-router";
import { ArrowLeft, Check, CircleAlert, CloudOff, History, LoaderCircle, MessageCircle, Rocket } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AgentAvatar } from "@/components/AgentAvatar";
import { Badge } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import type { Agent } from "@/lib/api/types";
import type { SaveState } from "./autosave";
import { PublishDialog } from "./PublishDialog";
import type { Draft } from "./use-draft";
import { VersionsDialog } from "./VersionsDialog";

interface BuilderHeaderProps {
  agent: Agent;
  editing: Draft;
  onTry: () => void;
}

export function BuilderHeader({ agent, editing, onTry }: BuilderHeaderProps) {
  const { t } = useTranslation();
  const [publishing, setPublishing] = useState(false);
  const [versions, setVersions] = useState(false);
  const changed = agent.published === null || agent.has_unpublished_changes || editing.state !== "saved";
  return (
    <>
      <header className="flex min-h-14 shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b py-2 pr-4 pl-14 lg:pl-4">
        <IconButton asChild label={t("builder.back")} className="max-lg:hidden"><Link to="/agents"><ArrowLeft /></Link></IconButton>
        <AgentAvatar avatar={editing.draft.avatar} />
        <div className="min-w-0 grow basis-24">
          <h1 className="truncate text-sm font-semibold">{editing.draft.name || t("agents.untitled")}</h1>
          <SaveMark state={editing.state} />
        </div>
        <div className="flex items-center gap-1.5">
          {agent.published && changed ? <Badge tone="warning" className="max-sm:hidden">{t("agents.unpublished")}</Badge> : null}
          {agent.published && !changed ? <Badge tone="accent" className="max-sm:hidden">{t("agents.published", { number: agent.published.number })}</Badge> : null}
          <Button variant="ghost" size="sm" onClick={onTry}><MessageCircle />{t("builder.tryIt")}</Button>
          <IconButton label={t("builder.versions")} onClick={() => setVersions(true)}><History /></IconButton>
          <Button size="sm" disabled={!changed} onClick={() => setPublishing(true)}><Rocket />{t("builder.publish")}</Button>
        </div>
      </header>
      {editing.state === "conflict" ? <ConflictBar onReload={() => void editing.reload()} /> : null}
      <PublishDialog agent={agent} open={publishing} onOpenChange={setPublishing} flush={editing.flush} />
      <VersionsDialog agent={agent} draft={editing.draft} open={versions} onOpenChange={setVersions} onReverted={editing.reset} />
    </>
  );
}

function SaveMark({ state }: { state: SaveState }) {
  const { t } = useTranslation();
  const icons = {
    saved: <Check aria-hidden />,
    dirty: <LoaderCircle aria-hidden />,
    saving: <LoaderCircle className="animate-spin" aria-hidden />,
    offline: <CloudOff aria-hidden />,
    conflict: <CircleAlert className="text-danger" aria-hidden />,
    refused: <CircleAlert className="text-danger" aria-hidden />,
  };
  return <p role="status" className="flex items-center gap-1 text-xs text-muted-foreground [&_svg]:size-3.5">{icons[state]}{t(`save.${state}`)}</p>;
}

function ConflictBar({ onReload }: { onReload: () => void }) {
  const { t } = useTranslation();
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 border-b bg-warning-soft px-5 py-3 text-sm">
      <p className="grow">{t("builder.conflict")}</p>
      <Button variant="outline" size="sm" onClick={onReload}>{t("builder.reload")}</Button>
    </div>
  );
}
