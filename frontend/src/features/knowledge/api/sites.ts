// GET|POST /knowledge/{id}/sites, POST /sites/{id}/sync, DELETE /sites/{id}
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api/client";
import type { Site } from "@/lib/api/knowledge-types";
import type { Page } from "@/lib/api/types";
import { useDocumentsChanged } from "./documents";

const CRAWLING_POLL_MS = 2500;

export interface NewSite {
  url: string;
  depth: number;
  most_pages: number;
  path_prefix: string;
}

export function isCrawling(site: Site): boolean {
  return site.state === "waiting" || site.state === "crawling";
}

export function useSites(baseId: string) {
  return useQuery({
    queryKey: ["sites", baseId],
    queryFn: async ({ signal }) => (await api<Page<Site>>(`/knowledge/${baseId}/sites`, { signal })).items,
    refetchInterval: ({ state }) => (state.data?.some(isCrawling) ? CRAWLING_POLL_MS : false),
  });
}

type SiteDeed = { deed: "add"; body: NewSite } | { deed: "sync" | "delete"; id: string };

function send(baseId: string, deed: SiteDeed): Promise<Site | undefined> {
  switch (deed.deed) {
    case "add":
      return api<Site>(`/knowledge/${baseId}/sites`, { method: "POST", body: deed.body });
    case "sync":
      return api<Site>(`/sites/${deed.id}/sync`, { method: "POST" });
    case "delete":
      return api<undefined>(`/sites/${deed.id}`, { method: "DELETE" });
  }
}

export function useSiteDeed(baseId: string) {
  const client = useQueryClient();
  const changed = useDocumentsChanged(baseId);
  return useMutation({
    mutationFn: (deed: SiteDeed) => send(baseId, deed),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["sites", baseId] });
      changed();
    },
  });
}
