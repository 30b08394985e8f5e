// The navigation: new chat, agents, conversations, and the person.
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Bot, LibraryBig, SquareFunction, SquarePen } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Logo } from "@/components/Logo";
import { ConversationList } from "@/features/conversations/ConversationList";
import { WorkspaceSwitcher } from "@/features/workspace/WorkspaceSwitcher";
import { UserMenu } from "./UserMenu";

const row = "flex h-10 items-center gap-3 rounded-lg px-3 text-sm font-medium hover:bg-foreground/6 data-[status=active]:bg-foreground/8 [&_svg]:size-4.5 [&_svg]:text-muted-foreground";

export function Sidebar({ onNavigate }: { onNavigate: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const params = useParams({ strict: false });
  const activeId = params.conversationId ?? null;
  const deleted = (id: string): void => {
    if (id === activeId) void navigate({ to: "/" });
  };
  return (
    <div className="flex h-full flex-col bg-sidebar">
      <div className="flex h-14 shrink-0 items-center justify-between gap-2 px-5">
        <Link to="/" onClick={onNavigate} className="rounded-lg"><Logo /> <span className="sr-only">{t("shell.home")}</span></Link>
      </div>
      <div className="px-3 pb-2"><WorkspaceSwitcher onSwitched={() => { onNavigate(); void navigate({ to: "/agents" }); }} /></div>
      <nav aria-label={t("shell.main")} className="flex flex-col gap-px px-3 pb-3">
        <Link to="/" activeOptions={{ exact: true, includeSearch: false }} onClick={onNavigate} className={row}><SquarePen aria-hidden />{t("shell.newChat")}</Link>
        <Link to="/agents" onClick={onNavigate} className={row}><Bot aria-hidden />{t("shell.agents")}</Link>
        <Link to="/knowledge" onClick={onNavigate} className={row}><LibraryBig aria-hidden />{t("shell.knowledge")}</Link>
        <Link to="/functions" onClick={onNavigate} className={row}><SquareFunction aria-hidden />{t("functions.title")}</Link>
      </nav>
      <ConversationList activeId={activeId} onOpen={onNavigate} onDeleted={deleted} />
      <div className="border-t p-2"><UserMenu onNavigate={onNavigate} /></div>
    </div>
  );
}
