// GET /functions: Python functions that people of the workspace wrote.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "../client";
import type { Page, UserFunction } from "../types";

export function functionsQuery(workspaceId: string) {
  return queryOptions({
    queryKey: ["functions", workspaceId],
    queryFn: async ({ signal }) => {
      const items: UserFunction[] = [];
      let cursor: string | null = null;
      do {
        const page: Page<UserFunction> = await api<Page<UserFunction>>("/functions", { query: { workspace_id: workspaceId, limit: 100, cursor }, signal });
        items.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor && items.length < 1000);
      return items;
    },
  });
}

export function useFunctions(workspaceId: string) {
  return useQuery(functionsQuery(workspaceId));
}
