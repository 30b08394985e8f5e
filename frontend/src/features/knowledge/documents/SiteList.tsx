// The web sites that are read into a base, and when they were last.
import { Ellipsis, Globe, LoaderCircle, RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Confirm } from "@/components/Confirm";
import { visibleText } from "@/components/markdown/text";
import { ErrorState } from "@/components/States";
import { IconButton } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { errorText } from "@/lib/api/error-text";
import type { KnowledgeBase, Site } from "@/lib/api/knowledge-types";
import { formatRelative } from "@/lib/format";
import { isCrawling, useSiteDeed, useSites } from "../api/sites";
import { failureText } from "../words";

export function SiteList({ base }: { base: KnowledgeBase }) {
  const { t } = useTranslation();
  const sites = useSites(base.id);
  if (sites.isError) return <ErrorState error={sites.error} onRetry={() => void sites.refetch()} className="py-4" />;
  if (!sites.data || sites.data.length === 0) return null;
  return (
    <section aria-label={t("knowledge.sites")}>
      <h2 className="mb-2 text-sm font-medium">{t("knowledge.sites")}</h2>
      <ul className="divide-y rounded-2xl border bg-surface">{sites.data.map((site) => <SiteRow key={site.id} site={site} editable={base.can_edit} />)}</ul>
    </section>
  );
}

function SiteRow({ site, editable }: { site: Site; editable: boolean }) {
  const { t } = useTranslation();
  const crawling = isCrawling(site);
  return (
    <li className="flex items-center gap-3 px-4 py-2.5">
      {crawling ? <LoaderCircle className="size-4 shrink-0 animate-spin text-muted-foreground" aria-hidden /> : <Globe className="size-4 shrink-0 text-muted-foreground" aria-hidden />}
      <div className="min-w-0 grow text-sm">
        <p className="break-all">{visibleText(site.url)}</p>
        <p role="status" className={`text-[13px] ${site.error ? "text-danger" : "text-muted-foreground"}`}>{stateText(site)}</p>
      </div>
      {editable ? <SiteMenu site={site} busy={crawling} /> : null}
    </li>
  );

  function stateText(one: Site): string {
    if (one.error && !crawling) return failureText(one.error, t);
    const when = one.synced_at ? t("knowledge.site.synced", { when: formatRelative(one.synced_at) }) : "";
    return [t(`knowledge.site.state.${one.state}`), t("knowledge.pages", { count: one.pages, number: String(one.pages) }), when].filter(Boolean).join(" · ");
  }
}

function SiteMenu({ site, busy }: { site: Site; busy: boolean }) {
  const { t } = useTranslation();
  const deed = useSiteDeed(site.knowledge_id);
  const [deleting, setDeleting] = useState(false);
  const failed = (error: unknown): void => void toast.error(errorText(error, t));
  return (
    <>
      <Menu trigger={<IconButton label={t("knowledge.actionsFor", { name: site.url })}><Ellipsis /></IconButton>}>
        <MenuItem disabled={busy} onSelect={() => deed.mutate({ deed: "sync", id: site.id }, { onError: failed })}><RefreshCw />{t("knowledge.site.sync")}</MenuItem>
        <MenuItem danger onSelect={() => setDeleting(true)}><Trash2 />{t("knowledge.site.delete")}</MenuItem>
      </Menu>
      <Confirm open={deleting} onOpenChange={setDeleting} title={t("knowledge.site.deleteTitle")} text={t("knowledge.site.deleteText", { url: site.url })} action={t("conversations.delete")} busy={deed.isPending} onConfirm={() => deed.mutate({ deed: "delete", id: site.id }, { onError: failed, onSettled: () => setDeleting(false) })} />
    </>
  );
}
