// What can be done to an agent from its card, each with its word of success or failure.
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { errorText } from "@/lib/api/error-text";
import type { Agent } from "@/lib/api/types";
import { downloadText } from "@/lib/download";
import { agentAction, type AgentAction } from "./api/agent-action";
import { exportAgent } from "./api/export-agent";

export function useAgentActions(agent: Agent) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const name = agent.draft.name;

  const run = async (action: AgentAction): Promise<boolean> => {
    try {
      await agentAction(agent.id, action);
      await client.invalidateQueries({ queryKey: ["agents"] });
      return true;
    } catch (error) {
      toast.error(errorText(error, t));
      return false;
    }
  };
  const withUndo = async (action: AgentAction, undo: AgentAction, said: string): Promise<void> => {
    if (!(await run(action))) return;
    toast(said, { action: { label: t("common.undo"), onClick: () => void run(undo) } });
  };
  const save = async (): Promise<void> => {
    try {
      downloadText(`${name}.json`, JSON.stringify(await exportAgent(agent.id), null, 2), "application/json");
    } catch (error) {
      toast.error(errorText(error, t));
    }
  };
  return {
    duplicate: async () => {
      if (await run("duplicate")) toast.success(t("agents.duplicated", { name }));
    },
    archive: () => withUndo("archive", "unarchive", t("agents.archived", { name })),
    unarchive: () => withUndo("unarchive", "archive", t("agents.unarchived", { name })),
    remove: () => withUndo("delete", "restore", t("agents.deleted", { name })),
    save,
  };
}
