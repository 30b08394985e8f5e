// Where a conversation begins: choose an agent, read its greeting, say the first thing.
import { Link } from "@tanstack/react-router";
import { Bot, Check, ChevronDown, Plus } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { AgentAvatar } from "@/components/AgentAvatar";
import { ErrorState, StateMessage } from "@/components/States";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { errorText } from "@/lib/api/error-text";
import { useAgentVersion } from "@/lib/api/requests/agent-version";
import { useAgents } from "@/lib/api/requests/agents";
import { useCreateConversation } from "@/lib/api/requests/create-conversation";
import { canEdit, useWorkspace } from "@/lib/api/requests/me";
import type { Agent, AgentConfig, Variables } from "@/lib/api/types";
import { readStored, writeStored } from "@/lib/storage";
import { ChatSkeleton } from "./Chat";
import { Composer } from "./Composer";
import { useDraft } from "./drafts";
import { Opening } from "./Opening";
import { useOutbox } from "./outbox-context";
import { useAttachments } from "./use-attachments";
import { missingVariables, startValues, VariablesForm } from "./VariablesForm";

interface NewChatProps {
  agentId: string | undefined;
  onPick: (agentId: string) => void;
  onStarted: (conversationId: string) => void;
}

export function NewChat({ agentId, onPick, onStarted }: NewChatProps) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const agents = useAgents({ workspaceId: workspace.id });
  if (agents.isPending) return <ChatSkeleton />;
  if (agents.isError) return <ErrorState error={agents.error} onRetry={() => void agents.refetch()} />;
  const wanted = agentId ?? readStored("last-agent");
  const agent = agents.data.find((one) => one.id === wanted) ?? agents.data[0];
  if (!agent) {
    const editor = canEdit(workspace.role);
    return (
      <StateMessage icon={<Bot />} title={t("chat.noAgents")} text={t(editor ? "agents.emptyText" : "agents.emptyViewer")} className="pt-[20vh]">
        {editor ? <Button asChild><Link to="/agents"><Plus />{t("chat.makeAgent")}</Link></Button> : null}
      </StateMessage>
    );
  }
  return <AgentStart key={agent.id} agent={agent} agents={agents.data} onPick={onPick} onStarted={onStarted} />;
}

interface AgentStartProps {
  agent: Agent;
  agents: Agent[];
  onPick: (agentId: string) => void;
  onStarted: (conversationId: string) => void;
}

/** What people meet is the published version, and the draft only where there is none yet. */
function AgentStart(props: AgentStartProps) {
  const { agent } = props;
  const version = useAgentVersion(agent.id, agent.published?.number ?? null);
  if (agent.published && version.isPending) return <ChatSkeleton />;
  return <Start {...props} config={version.data?.config ?? agent.draft} />;
}

function Start({ agent, agents, config, onPick, onStarted }: AgentStartProps & { config: AgentConfig }) {
  const { t } = useTranslation();
  const outbox = useOutbox();
  const create = useCreateConversation();
  const [text, setText] = useDraft(`new.${agent.id}`);
  const [variables, setVariables] = useState<Variables>(() => startValues(config.variables));
  const missing = missingVariables(config.variables, variables).length > 0;
  const [asking, setAsking] = useState(config.variables.length > 0);
  const attachments = useAttachments(null);
  const [starting, setStarting] = useState(false);
  const begun = useRef<string | null>(null);
  const start = async (words: string): Promise<void> => {
    setStarting(true);
    try {
      begun.current ??= (await create.mutateAsync({ agent_id: agent.id, variables })).id;
      if (!(await attachments.settle(begun.current))) return;
      const fileIds = attachments.take();
      writeStored("last-agent", agent.id);
      setText("");
      outbox.send(begun.current, { text: words, ...(fileIds.length > 0 ? { file_ids: fileIds } : {}) });
      onStarted(begun.current);
    } catch (error) {
      toast.error(errorText(error, t));
    } finally {
      setStarting(false);
    }
  };
  const ready = !asking && !missing && !starting;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex h-14 shrink-0 items-center pl-14 lg:pl-4"><h1 className="sr-only">{t("shell.newChat")}</h1><AgentPicker agent={agent} agents={agents} onPick={onPick} /></header>
      <div className="min-h-0 grow overflow-y-auto">
        <div className="mx-auto flex w-full max-w-3xl flex-col gap-6 px-4 pb-8 sm:px-6">
          <Opening agent={config} description={config.description} variables={variables} onAsk={ready ? (words) => void start(words) : null} />
          {asking ? <VariablesForm variables={config.variables} values={variables} onSave={(values) => { setVariables(values); setAsking(false); }} /> : null}
        </div>
      </div>
      <Composer text={text} onText={setText} onSend={(words) => void start(words)} attachments={attachments} blocked={!ready} placeholder={t("chat.placeholder", { name: config.name })} autoFocus footer={<p className="pt-2 text-center text-xs text-muted-foreground">{t("chat.disclaimer")}</p>} />
    </div>
  );
}

function AgentPicker({ agent, agents, onPick }: { agent: Agent; agents: Agent[]; onPick: (id: string) => void }) {
  const { t } = useTranslation();
  return (
    <Menu
      align="start"
      className="w-72"
      trigger={
        <Button variant="ghost" aria-label={t("chat.chooseAgent", { name: agent.draft.name })} className="max-w-full">
          <AgentAvatar avatar={agent.draft.avatar} size="xs" /><span className="truncate">{agent.draft.name}</span><ChevronDown className="text-muted-foreground" />
        </Button>
      }
    >
      {agents.map((one) => (
        <MenuItem key={one.id} onSelect={() => onPick(one.id)}>
          <AgentAvatar avatar={one.draft.avatar} size="xs" />
          <span className="min-w-0 grow truncate">{one.draft.name}</span>
          {one.id === agent.id ? <Check aria-hidden /> : null}
        </MenuItem>
      ))}
    </Menu>
  );
}
