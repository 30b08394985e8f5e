// GET /tools
import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Page, Tool } from "@/lib/api/types";

export function useTools() {
  return useQuery({ queryKey: ["tools"], queryFn: async ({ signal }) => (await api<Page<Tool>>("/tools", { signal })).items, staleTime: 300_000 });
}
