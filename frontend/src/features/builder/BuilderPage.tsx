// Makes an agent: its form at the left, a live conversation with its draft at the right.
import { useRef, useState, type ReactNode, type RefObject } from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { ErrorState, StateMessage } from "@/components/States";
import { Skeleton } from "@/components/ui/skeleton";
import { Tab, TabList, Tabs } from "@/components/ui/tabs";
import { errorText, formError } from "@/lib/api/error-text";
import { useAgent } from "@/lib/api/requests/agent";
import type { Agent, AgentConfig } from "@/lib/api/types";
import { FunctionsPart, MemoryPart, ToolsPart } from "./AbilitiesPart";
import { saveAgent } from "./api/save-draft";
import { BuilderHeader } from "./BuilderHeader";
import { ConversationPart } from "./ConversationPart";
import { IdentityPart } from "./IdentityPart";
import { KnowledgePart } from "./KnowledgePart";
import { LimitsPart, VisibilityPart } from "./LimitsPart";
import { ModelPart } from "./ModelPart";
import { useDraft, type Draft } from "./use-draft";
import { VariablesPart } from "./VariablesPart";

export interface PreviewProps {
  agentId: string;
  draft: AgentConfig;
  inputRef: RefObject<HTMLTextAreaElement | null>;
}

interface BuilderPageProps {
  agentId: string;
  preview: (props: PreviewProps) => ReactNode;
}

export function BuilderPage({ agentId, preview }: BuilderPageProps) {
  const { t } = useTranslation();
  const agent = useAgent(agentId);
  if (agent.isPending) return <div className="grid gap-6 p-8 lg:grid-cols-2"><Skeleton className="h-96" /><Skeleton className="h-96 max-lg:hidden" /></div>;
  if (agent.isError) return <ErrorState error={agent.error} onRetry={() => void agent.refetch()} />;
  if (!agent.data.can_edit) return <StateMessage title={t("state.forbidden.title")} text={t("builder.readOnly")} className="pt-[18vh]" />;
  return <Builder key={agentId} agent={agent.data} preview={preview} />;
}

type View = "form" | "preview";

function Builder({ agent, preview }: { agent: Agent; preview: BuilderPageProps["preview"] }) {
  const { t } = useTranslation();
  const editing = useDraft(agent);
  const [view, setView] = useState<View>("form");
  const input = useRef<HTMLTextAreaElement>(null);
  const tryIt = async (): Promise<void> => {
    flushSync(() => setView("preview"));
    input.current?.focus();
    await editing.flush();
  };
  return (
    <Tabs value={view} onValueChange={(next) => setView(next as View)} className="flex h-full min-h-0 flex-col">
      <BuilderHeader agent={agent} editing={editing} onTry={() => void tryIt()} />
      <TabList className="mx-4 mt-3 lg:hidden">
        <Tab value="form">{t("builder.formTab")}</Tab>
        <Tab value="preview">{t("builder.previewTab")}</Tab>
      </TabList>
      <div className="flex min-h-0 grow">
        <div data-view={view} className="relative min-h-0 w-full overflow-y-auto data-[view=preview]:max-lg:hidden lg:w-1/2 xl:w-[46%]">
          <BuilderForm agent={agent} editing={editing} />
        </div>
        <div data-view={view} className="min-h-0 w-full data-[view=form]:max-lg:hidden lg:w-1/2 lg:border-l lg:bg-surface/50 xl:w-[54%]">
          {preview({ agentId: agent.id, draft: editing.draft, inputRef: input })}
        </div>
      </div>
    </Tabs>
  );
}

const fields = ["draft", "name", "description", "instructions", "model", "opening_statement", "starter_questions", "variables", "tools", "functions", "knowledge", "max_turns", "budget"];

function BuilderForm({ agent, editing }: { agent: Agent; editing: Draft }) {
  const { t } = useTranslation();
  const part = { draft: editing.draft, error: editing.state === "refused" ? editing.error : null, edit: editing.edit };
  const general = editing.state === "refused" ? formError(editing.error, fields, t) : null;
  const share = (visibility: Agent["visibility"]): void => {
    saveAgent(agent.id, { visibility }).then(editing.adopt, (error: unknown) => toast.error(errorText(error, t)));
  };
  return (
    <form aria-label={t("builder.form")} onSubmit={(event) => event.preventDefault()} className="mx-auto flex max-w-2xl flex-col gap-7 px-4 py-6 sm:px-8 sm:py-8">
      {general ? <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">{general}</p> : null}
      <IdentityPart {...part} />
      <ModelPart {...part} />
      <ConversationPart {...part} />
      <VariablesPart {...part} />
      <ToolsPart {...part} />
      <FunctionsPart {...part} workspaceId={agent.workspace_id} />
      <KnowledgePart {...part} workspaceId={agent.workspace_id} />
      <MemoryPart {...part} />
      <LimitsPart {...part} />
      <VisibilityPart visibility={agent.visibility} onChange={share} />
    </form>
  );
}
