// The head of a conversation: its title, which can be changed in place, its agent, and what to do with it.
import { Link } from "@tanstack/react-router";
import { Ellipsis, FileJson, FileText, Pencil, SquarePen } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { AgentAvatar } from "@/components/AgentAvatar";
import { IconButton } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { errorText } from "@/lib/api/error-text";
import { useUpdateConversation } from "@/lib/api/requests/update-conversation";
import type { Conversation } from "@/lib/api/types";
import { conversationExportUrl } from "./api/export-conversation";

export function ChatHeader({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const { agent } = conversation;
  return (
    <header className="flex h-14 shrink-0 items-center gap-3 border-b pr-3 pl-14 lg:pl-6">
      <AgentAvatar avatar={agent.avatar} />
      <div className="min-w-0 grow">
        {editing ? <TitleForm conversation={conversation} onDone={() => setEditing(false)} /> : (
          <h1 className="truncate text-sm font-semibold">
            <button type="button" title={t("conversations.rename")} onClick={() => setEditing(true)} className="max-w-full truncate rounded-md hover:underline">
              {conversation.title || t("conversations.untitled")}
            </button>
          </h1>
        )}
        <p className="truncate text-xs text-muted-foreground">{agent.name}</p>
      </div>
      <IconButton asChild label={t("chat.newWith", { name: agent.name })}><Link to="/" search={{ agent: agent.id }}><SquarePen /></Link></IconButton>
      <Menu trigger={<IconButton label={t("chat.conversationActions")}><Ellipsis /></IconButton>}>
        <MenuItem onSelect={() => setEditing(true)}><Pencil />{t("conversations.rename")}</MenuItem>
        <MenuItem asChild><a href={conversationExportUrl(conversation.id, "markdown")} download><FileText />{t("chat.exportMarkdown")}</a></MenuItem>
        <MenuItem asChild><a href={conversationExportUrl(conversation.id, "json")} download><FileJson />{t("chat.exportJson")}</a></MenuItem>
      </Menu>
    </header>
  );
}

function TitleForm({ conversation, onDone }: { conversation: Conversation; onDone: () => void }) {
  const { t } = useTranslation();
  const update = useUpdateConversation();
  const [title, setTitle] = useState(conversation.title);
  const save = (event?: SubmitEvent): void => {
    event?.preventDefault();
    const next = title.trim();
    if (next && next !== conversation.title) update.mutate({ id: conversation.id, title: next }, { onError: (error) => toast.error(errorText(error, t)) });
    onDone();
  };
  return (
    <form onSubmit={save}>
      <input
        autoFocus
        aria-label={t("conversations.title")}
        value={title}
        maxLength={200}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setTitle(event.target.value)}
        onBlur={() => save()}
        onKeyDown={(event) => {
          if (event.key === "Escape") onDone();
        }}
        className="h-7 w-full max-w-md rounded-md border border-input bg-surface px-2 text-sm font-semibold"
      />
    </form>
  );
}
