// The models that embed and rerank: which there are, how they are, and those that the owner enters.
import { Ellipsis, Pencil, Plus, RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Confirm } from "@/components/Confirm";
import { ErrorState } from "@/components/States";
import { Badge, type BadgeTone } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/api/error-text";
import type { KnowledgeModel } from "@/lib/api/knowledge-types";
import { useMe } from "@/lib/api/requests/me";
import { formatRelative } from "@/lib/format";
import { useKnowledgeModels, useModelDeed } from "../api/models";
import { KnowledgeModelDialog } from "./KnowledgeModelDialog";

export function KnowledgeModels() {
  const { t } = useTranslation();
  const owner = useMe().user.is_instance_owner;
  const models = useKnowledgeModels();
  const [editing, setEditing] = useState<KnowledgeModel | "new" | null>(null);
  return (
    <section aria-label={t("knowledge.model.title")} className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-48 flex-1">
          <h2 className="font-semibold">{t("knowledge.model.title")}</h2>
          <p className="mt-0.5 text-sm text-pretty text-muted-foreground">{t(owner ? "knowledge.model.ownerText" : "knowledge.model.memberText")}</p>
        </div>
        {owner ? <Button variant="outline" onClick={() => setEditing("new")}><Plus />{t("knowledge.model.add")}</Button> : null}
      </div>
      {models.isPending ? <Skeleton className="h-20" /> : null}
      {models.isError ? <ErrorState error={models.error} onRetry={() => void models.refetch()} className="py-6" /> : null}
      <ul className="flex flex-col gap-3">
        <li className="rounded-2xl border bg-surface p-4 text-sm"><p className="font-medium">{t("knowledge.model.bundled")}</p><p className="mt-0.5 text-[13px] text-muted-foreground">{t("knowledge.model.bundledText")}</p></li>
        {models.data?.map((model) => <ModelItem key={model.id} model={model} owner={owner} onEdit={() => setEditing(model)} />)}
      </ul>
      <KnowledgeModelDialog key={editing === "new" || editing === null ? "new" : editing.id} model={editing === "new" ? null : editing} open={editing !== null} onOpenChange={(open) => { if (!open) setEditing(null); }} />
    </section>
  );
}

const tones: Record<KnowledgeModel["status"], BadgeTone> = { ready: "accent", failed: "danger", unknown: "neutral" };

function ModelItem({ model, owner, onEdit }: { model: KnowledgeModel; owner: boolean; onEdit: () => void }) {
  const { t } = useTranslation();
  const facts = [t(`knowledge.model.kind.${model.kind}`), model.dimension === null ? "" : t("knowledge.model.dimension", { dimension: model.dimension }), model.checked_at ? t("knowledge.model.checked", { when: formatRelative(model.checked_at) }) : ""];
  return (
    <li className="flex flex-wrap items-start gap-3 rounded-2xl border bg-surface p-4">
      <div className="min-w-0 grow basis-60 text-sm">
        <h3 className="flex flex-wrap items-center gap-2 font-medium">{model.name}<Badge tone={tones[model.status]}>{t(`knowledge.model.status.${model.status}`)}</Badge></h3>
        <p className="mt-0.5 text-[13px] text-muted-foreground"><span className="font-mono">{model.model}</span> · {facts.filter(Boolean).join(" · ")}</p>
        {model.url ? <p className="mt-0.5 font-mono text-xs break-all text-muted-foreground">{model.url}</p> : null}
        {model.status_detail ? <p className={`mt-1 text-[13px] ${model.status === "failed" ? "text-danger" : "text-muted-foreground"}`}>{model.status_detail}</p> : null}
      </div>
      {owner ? <div className="flex items-center gap-1"><ModelMenu model={model} onEdit={onEdit} /></div> : null}
    </li>
  );
}

function ModelMenu({ model, onEdit }: { model: KnowledgeModel; onEdit: () => void }) {
  const { t } = useTranslation();
  const deed = useModelDeed();
  const [deleting, setDeleting] = useState(false);
  const failed = (error: unknown): void => void toast.error(errorText(error, t));
  const check = (): void => deed.mutate({ deed: "check", id: model.id }, { onError: failed, onSuccess: (checked) => toast(t(`knowledge.model.found.${checked?.status ?? "unknown"}`, { name: model.name })) });
  return (
    <>
      <Button variant="outline" size="sm" busy={deed.isPending} onClick={check} aria-label={t("models.checkNamed", { name: model.name })}><RefreshCw />{t("models.check")}</Button>
      <Menu trigger={<IconButton label={t("models.actionsFor", { name: model.name })}><Ellipsis /></IconButton>}>
        <MenuItem onSelect={onEdit}><Pencil />{t("models.change")}</MenuItem>
        <MenuItem danger onSelect={() => setDeleting(true)}><Trash2 />{t("models.delete")}</MenuItem>
      </Menu>
      <Confirm open={deleting} onOpenChange={setDeleting} title={t("models.deleteTitle", { name: model.name })} text={t("knowledge.model.deleteText")} action={t("models.delete")} busy={deed.isPending} onConfirm={() => deed.mutate({ deed: "delete", id: model.id }, { onError: failed, onSettled: () => setDeleting(false) })} />
    </>
  );
}
