// The draft being edited, with its saving.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useState } from "react";
import { api } from "@/lib/api/client";
import { agentQuery } from "@/lib/api/requests/agent";
import type { Agent, AgentConfig } from "@/lib/api/types";
import { saveAgent } from "./api/save-draft";
import { Autosave } from "./autosave";

export function useDraft(agent: Agent) {
  const client = useQueryClient();
  const [, rerender] = useReducer((count: number) => count + 1, 0);
  const [autosave] = useState(() => new Autosave({
    agent,
    save: saveAgent,
    onChange: rerender,
    onSaved: (saved) => {
      client.setQueryData(agentQuery(saved.id).queryKey, saved);
      void client.invalidateQueries({ queryKey: ["agents"] });
    },
  }));
  useEffect(() => {
    const leave = (event: BeforeUnloadEvent): void => {
      if (autosave.state !== "saved") event.preventDefault();
    };
    window.addEventListener("beforeunload", leave);
    return () => {
      window.removeEventListener("beforeunload", leave);
      void autosave.flush();
    };
  }, [autosave]);
  const edit = useCallback((change: Partial<AgentConfig>) => autosave.edit(change), [autosave]);
  const reload = async (): Promise<void> => {
    const fresh = await api<Agent>(`/agents/${agent.id}`);
    client.setQueryData(agentQuery(agent.id).queryKey, fresh);
    autosave.reset(fresh);
  };
  return { draft: autosave.draft, state: autosave.state, error: autosave.error, edit, reload, flush: () => autosave.flush(), adopt: (changed: Agent) => autosave.adopt(changed), reset: (fresh: Agent) => autosave.reset(fresh) };
}

export type Draft = ReturnType<typeof useDraft>;
