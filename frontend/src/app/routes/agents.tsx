// The list of agents.
import { useNavigate } from "@tanstack/react-router";
import { AgentsPage } from "@/features/agents/AgentsPage";

export function AgentsRoute() {
  const navigate = useNavigate();
  return <AgentsPage onOpen={(agent) => void navigate({ to: "/agents/$agentId", params: { agentId: agent.id } })} />;
}
