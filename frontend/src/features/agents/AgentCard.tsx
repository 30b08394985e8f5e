// One agent in the list: who it is, in what state, and what can be done with it.
import { Link } from "@tanstack/react-router";
import { Archive, ArchiveRestore, Copy, Download, Ellipsis, MessageCircle, Pencil, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { AgentAvatar } from "@/components/AgentAvatar";
import { Badge } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import type { Agent } from "@/lib/api/types";
import { formatRelative } from "@/lib/format";
import { useAgentActions } from "./use-agent-actions";

export function AgentCard({ agent }: { agent: Agent }) {
  const { t } = useTranslation();
  const { name, avatar, description } = agent.draft;
  return (
    <li className="group flex flex-col rounded-2xl border bg-surface p-5 transition-shadow hover:shadow-md focus-within:shadow-md">
      <div className="flex items-start gap-3">
        <AgentAvatar avatar={avatar} size="md" />
        <div className="min-w-0 grow">
          <h2 className="truncate font-semibold" title={name}>{name}</h2>
          <AgentBadges agent={agent} />
        </div>
        <AgentMenu agent={agent} />
      </div>
      <p className="mt-3 line-clamp-2 min-h-10 text-sm text-muted-foreground">{description || t("agents.noDescription")}</p>
      <div className="mt-auto flex items-center gap-2 pt-4">
        {agent.archived_at ? null : (
          <Button asChild size="sm" variant="soft">
            <Link to="/" search={{ agent: agent.id }} aria-label={t("agents.chatWith", { name })}><MessageCircle />{t("agents.chat")}</Link>
          </Button>
        )}
        {agent.can_edit ? (
          <Button asChild size="sm" variant="ghost">
            <Link to="/agents/$agentId" params={{ agentId: agent.id }} aria-label={t("agents.editNamed", { name })}><Pencil />{t("agents.edit")}</Link>
          </Button>
        ) : null}
        <span className="ml-auto truncate text-xs text-muted-foreground">{formatRelative(agent.updated_at)}</span>
      </div>
    </li>
  );
}

function AgentBadges({ agent }: { agent: Agent }) {
  const { t } = useTranslation();
  return (
    <div className="mt-1 flex flex-wrap gap-1">
      {agent.published ? <Badge tone="accent">{t("agents.published", { number: agent.published.number })}</Badge> : <Badge>{t("agents.draft")}</Badge>}
      {agent.published && agent.has_unpublished_changes ? <Badge tone="warning">{t("agents.edited")}</Badge> : null}
      <Badge>{t(agent.visibility === "private" ? "agents.private" : "agents.shared")}</Badge>
      {agent.archived_at ? <Badge>{t("agents.isArchived")}</Badge> : null}
    </div>
  );
}

function AgentMenu({ agent }: { agent: Agent }) {
  const { t } = useTranslation();
  const actions = useAgentActions(agent);
  return (
    <Menu trigger={<IconButton label={t("agents.actionsFor", { name: agent.draft.name })} className="-mt-1 -mr-2"><Ellipsis /></IconButton>}>
      <MenuItem onSelect={() => void actions.duplicate()}><Copy />{t("agents.duplicate")}</MenuItem>
      <MenuItem onSelect={() => void actions.save()}><Download />{t("agents.export")}</MenuItem>
      {agent.can_edit ? (
        <>
          <MenuSeparator />
          {agent.archived_at ? (
            <MenuItem onSelect={() => void actions.unarchive()}><ArchiveRestore />{t("agents.unarchive")}</MenuItem>
          ) : (
            <MenuItem onSelect={() => void actions.archive()}><Archive />{t("agents.archive")}</MenuItem>
          )}
          <MenuItem danger onSelect={() => void actions.remove()}><Trash2 />{t("agents.delete")}</MenuItem>
        </>
      ) : null}
    </Menu>
  );
}
