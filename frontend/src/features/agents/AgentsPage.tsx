// The agents of the workspace: find, talk to, make and import them.
import { Bot, Plus, Search, Upload } from "lucide-react";
import { useDeferredValue, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { ErrorState, StateMessage } from "@/components/States";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/api/error-text";
import { useAgents } from "@/lib/api/requests/agents";
import { useCreateAgent } from "@/lib/api/requests/create-agent";
import { canEdit, useWorkspace } from "@/lib/api/requests/me";
import type { Agent } from "@/lib/api/types";
import { AgentCard } from "./AgentCard";
import { NotAnAgentFile, useImportAgent } from "./api/import-agent";

export function AgentsPage({ onOpen }: { onOpen: (agent: Agent) => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [q, setQ] = useState("");
  const [archived, setArchived] = useState(false);
  const agents = useAgents({ q: useDeferredValue(q.trim()), archived, workspaceId: workspace.id });
  const editor = canEdit(workspace.role);
  return (
    <div className="mx-auto w-full max-w-5xl px-4 py-6 max-lg:pt-14 sm:px-8 sm:py-10">
      <header className="flex flex-wrap items-center gap-3">
        <div className="grow">
          <h1 className="text-2xl font-semibold tracking-tight">{t("agents.title")}</h1>
          <p className="mt-1 text-sm text-muted-foreground">{t("agents.subtitle", { workspace: workspace.name })}</p>
        </div>
        {editor ? <NewAgentButtons onOpen={onOpen} workspaceId={workspace.id} /> : null}
      </header>
      <div className="mt-6 flex flex-wrap items-center gap-3">
        <div className="relative min-w-52 grow sm:max-w-xs">
          <Search className="pointer-events-none absolute top-3 left-3 size-4 text-muted-foreground" aria-hidden />
          <Input type="search" aria-label={t("agents.search")} placeholder={t("agents.search")} className="pl-9" value={q} onChange={(event) => setQ(event.target.value)} />
        </div>
        <div role="group" aria-label={t("agents.show")} className="inline-flex rounded-lg bg-muted p-1">
          <FilterButton active={!archived} onClick={() => setArchived(false)}>{t("agents.active")}</FilterButton>
          <FilterButton active={archived} onClick={() => setArchived(true)}>{t("agents.archivedFilter")}</FilterButton>
        </div>
      </div>
      <div className="mt-6">
        {agents.isPending ? <CardSkeletons /> : null}
        {agents.isError ? <ErrorState error={agents.error} onRetry={() => void agents.refetch()} /> : null}
        {agents.data ? <AgentGrid agents={agents.data} filtered={q !== "" || archived} editor={editor} /> : null}
      </div>
    </div>
  );
}

function FilterButton({ active, onClick, children }: { active: boolean; onClick: () => void; children: string }) {
  return (
    <button type="button" aria-pressed={active} onClick={onClick} className="h-8 rounded-md px-3 text-sm font-medium text-muted-foreground aria-pressed:bg-surface aria-pressed:text-foreground aria-pressed:shadow-sm">
      {children}
    </button>
  );
}

function AgentGrid({ agents, filtered, editor }: { agents: Agent[]; filtered: boolean; editor: boolean }) {
  const { t } = useTranslation();
  if (agents.length > 0) {
    return (
      <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {agents.map((agent) => <AgentCard key={agent.id} agent={agent} />)}
      </ul>
    );
  }
  if (filtered) return <StateMessage icon={<Search />} title={t("agents.nothingFound")} text={t("agents.nothingFoundText")} />;
  return <StateMessage icon={<Bot />} title={t("agents.empty")} text={t(editor ? "agents.emptyText" : "agents.emptyViewer")} />;
}

function CardSkeletons() {
  return (
    <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
      {[0, 1, 2, 3, 4, 5].map((index) => <Skeleton key={index} className="h-44 rounded-2xl" />)}
    </div>
  );
}

function NewAgentButtons({ onOpen, workspaceId }: { onOpen: (agent: Agent) => void; workspaceId: string }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const create = useCreateAgent();
  const importing = useImportAgent(workspaceId);
  const failed = (error: unknown): void => {
    toast.error(error instanceof NotAnAgentFile ? t("agents.notAnAgentFile") : errorText(error, t));
  };
  const picked = (file: File | undefined): void => {
    if (file) importing.mutate(file, { onSuccess: onOpen, onError: failed });
    if (input.current) input.current.value = "";
  };
  return (
    <div className="flex gap-2">
      <input ref={input} type="file" accept="application/json,.json" hidden aria-label={t("agents.importFile")} onChange={(event) => picked(event.target.files?.[0])} />
      <Button variant="outline" busy={importing.isPending} onClick={() => input.current?.click()}><Upload />{t("agents.import")}</Button>
      <Button busy={create.isPending} onClick={() => create.mutate({ workspace_id: workspaceId, draft: { name: t("agents.untitled") } }, { onSuccess: onOpen, onError: failed })}>
        <Plus />{t("agents.new")}
      </Button>
    </div>
  );
}
