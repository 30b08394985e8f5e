// One conversation in the sidebar: open, rename or delete it.
import { Link } from "@tanstack/react-router";
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { IconButton } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { errorText } from "@/lib/api/error-text";
import { useUpdateConversation } from "@/lib/api/requests/update-conversation";
import type { Conversation } from "@/lib/api/types";
import { useConversationAction } from "./api/conversation-action";

interface ConversationRowProps {
  conversation: Conversation;
  active: boolean;
  onOpen: () => void;
  onDeleted: () => void;
}

export function ConversationRow({ conversation, active, onOpen, onDeleted }: ConversationRowProps) {
  const { t } = useTranslation();
  const [renaming, setRenaming] = useState(false);
  const title = conversation.title || t("conversations.untitled");
  if (renaming) return <li><RenameForm conversation={conversation} onDone={() => setRenaming(false)} /></li>;
  return (
    <li data-active={active} className="group relative rounded-lg hover:bg-foreground/5 focus-within:bg-foreground/5 data-[active=true]:bg-foreground/8">
      <Link
        to="/c/$conversationId"
        params={{ conversationId: conversation.id }}
        onClick={onOpen}
        aria-current={active ? "page" : undefined}
        className="block rounded-lg py-2 pr-9 pl-3 text-sm"
      >
        <span className="block truncate" title={title}>{title}</span>
        {conversation.snippet ? <span className="mt-0.5 line-clamp-2 text-xs text-muted-foreground">{conversation.snippet}</span> : null}
      </Link>
      <ConversationMenu conversation={conversation} title={title} onRename={() => setRenaming(true)} onDeleted={onDeleted} />
    </li>
  );
}

interface ConversationMenuProps {
  conversation: Conversation;
  title: string;
  onRename: () => void;
  onDeleted: () => void;
}

function ConversationMenu({ conversation, title, onRename, onDeleted }: ConversationMenuProps) {
  const { t } = useTranslation();
  const act = useConversationAction();
  const failed = (error: unknown): void => void toast.error(errorText(error, t));
  const remove = (): void => {
    act.mutate({ id: conversation.id, action: "delete" }, {
      onError: failed,
      onSuccess: () => {
        onDeleted();
        const undo = (): void => act.mutate({ id: conversation.id, action: "restore" }, { onError: failed });
        toast(t("conversations.deleted", { title }), { action: { label: t("common.undo"), onClick: undo } });
      },
    });
  };
  return (
    <Menu
      align="start"
      trigger={
        <IconButton label={t("conversations.actionsFor", { title })} className="absolute top-0.5 right-0.5 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 group-data-[active=true]:opacity-100 data-[state=open]:opacity-100 [@media(hover:none)]:opacity-100">
          <Ellipsis />
        </IconButton>
      }
    >
      <MenuItem onSelect={onRename}><Pencil />{t("conversations.rename")}</MenuItem>
      <MenuItem danger onSelect={remove}><Trash2 />{t("conversations.delete")}</MenuItem>
    </Menu>
  );
}

function RenameForm({ conversation, onDone }: { conversation: Conversation; onDone: () => void }) {
  const { t } = useTranslation();
  const update = useUpdateConversation();
  const [title, setTitle] = useState(conversation.title);
  const save = (event?: SubmitEvent): void => {
    event?.preventDefault();
    const next = title.trim();
    if (next && next !== conversation.title) {
      update.mutate({ id: conversation.id, title: next }, { onError: (error) => toast.error(errorText(error, t)) });
    }
    onDone();
  };
  return (
    <form onSubmit={save}>
      <input
        autoFocus
        aria-label={t("conversations.title")}
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={() => save()}
        onKeyDown={(event) => {
          if (event.key === "Escape") onDone();
        }}
        className="h-9 w-full rounded-lg border border-input bg-surface px-3 text-sm"
      />
    </form>
  );
}
