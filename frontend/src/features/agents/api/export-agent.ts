// GET /agents/{id}/export
import { api } from "@/lib/api/client";
import type { AgentExport } from "@/lib/api/types";

export const exportAgent = (id: string): Promise<AgentExport> => api<AgentExport>(`/agents/${id}/export`);
