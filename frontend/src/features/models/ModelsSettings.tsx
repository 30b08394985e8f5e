// The owner's list of models: what they are, how they are, adding and removing endpoints.
import type { TFunction } from "i18next";
import { Cpu, Ellipsis, Pencil, Plus, RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Confirm } from "@/components/Confirm";
import { ErrorState, StateMessage } from "@/components/States";
import { Badge, type BadgeTone } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/api/error-text";
import { useMe } from "@/lib/api/requests/me";
import { useModels } from "@/lib/api/requests/models";
import type { Model } from "@/lib/api/types";
import { formatNumber } from "@/lib/format";
import { useEditModel } from "./api/edit-model";
import { ModelDialog } from "./ModelDialog";
import { SelfTest } from "./SelfTest";

export function ModelsSettings() {
  const { t } = useTranslation();
  const owner = useMe().user.is_instance_owner;
  const models = useModels();
  const [editing, setEditing] = useState<Model | "new" | null>(null);
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-48 flex-1 text-sm text-pretty text-muted-foreground">{t(owner ? "models.ownerText" : "models.memberText")}</p>
        {owner ? <Button onClick={() => setEditing("new")}><Plus />{t("models.add")}</Button> : null}
      </div>
      {models.isPending ? <Skeleton className="h-40" /> : null}
      {models.isError ? <ErrorState error={models.error} onRetry={() => void models.refetch()} /> : null}
      {models.data?.length === 0 ? <StateMessage icon={<Cpu />} title={t("models.empty")} text={t("models.emptyText")} /> : null}
      <ul className="flex flex-col gap-3">
        {models.data?.map((model) => <ModelRow key={model.id} model={model} owner={owner} onEdit={() => setEditing(model)} />)}
      </ul>
      <ModelDialog key={editing === "new" || editing === null ? "new" : editing.id} model={editing === "new" ? null : editing} open={editing !== null} onOpenChange={(open) => { if (!open) setEditing(null); }} />
    </div>
  );
}

const tones: Record<Model["status"], BadgeTone> = { ready: "accent", loading: "neutral", failed: "danger", unknown: "neutral" };

function ModelRow({ model, owner, onEdit }: { model: Model; owner: boolean; onEdit: () => void }) {
  const { t } = useTranslation();
  return (
    <li className="rounded-2xl border bg-surface p-5">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0 grow basis-72">
          <h2 className="flex flex-wrap items-center gap-2 font-medium">
            {model.name}
            <Badge tone={tones[model.status]}>{t(`models.status.${model.status}`)}</Badge>
            {model.is_default ? <Badge>{t("models.default")}</Badge> : null}
            {model.is_toy ? <Badge tone="warning">{t("models.toyBadge")}</Badge> : null}
            {model.sees_images ? <Badge>{t("models.seesBadge")}</Badge> : null}
          </h2>
          <p className="mt-1 text-[13px] text-muted-foreground">
            <span className="font-mono">{model.model}</span> · {t(`models.source.${model.source}`)}
            {model.context_length ? ` · ${t("models.context", { tokens: formatNumber(model.context_length) })}` : ""}
          </p>
          <p className="mt-0.5 text-[13px] text-muted-foreground">{[t("models.speaks", { dialect: model.dialect === "server" ? t("models.dialectServer") : model.dialect }), priceText(model, t)].filter(Boolean).join(" · ")}</p>
          {model.url ? <p className="mt-0.5 font-mono text-xs break-all text-muted-foreground">{model.url}</p> : null}
          {model.status_detail ? <p className={`mt-2 text-sm ${model.status === "failed" ? "text-danger" : "text-muted-foreground"}`}>{model.status_detail}</p> : null}
        </div>
        {owner ? <div className="flex items-center gap-1"><ModelMenu model={model} onEdit={onEdit} /></div> : null}
      </div>
      <SelfTest model={model} owner={owner} />
      {model.log_tail.length > 0 ? (
        <details className="mt-3 text-sm">
          <summary className="cursor-pointer text-muted-foreground">{t("models.log")}</summary>
          <pre className="mt-2 max-h-60 overflow-auto rounded-lg bg-code p-3 font-mono text-xs whitespace-pre-wrap">{model.log_tail.join("\n")}</pre>
        </details>
      ) : null}
    </li>
  );
}

/** Per million tokens, where the owner has said what they cost. */
function priceText(model: Model, t: TFunction): string {
  if (model.input_price === null || model.output_price === null) return "";
  return t("models.prices", { input: model.input_price, output: model.output_price });
}

function ModelMenu({ model, onEdit }: { model: Model; onEdit: () => void }) {
  const { t } = useTranslation();
  const edit = useEditModel();
  const [deleting, setDeleting] = useState(false);
  const failed = (error: unknown): void => void toast.error(errorText(error, t));
  const check = (): void => edit.mutate({ action: "check", id: model.id }, {
    onError: failed,
    onSuccess: (checked) => toast(t(`models.checked.${checked?.status ?? "unknown"}`, { name: model.name })),
  });
  const own = model.source === "endpoint";
  return (
    <>
      <Button variant="outline" size="sm" busy={edit.isPending} onClick={check} aria-label={t("models.checkNamed", { name: model.name })}><RefreshCw />{t("models.check")}</Button>
      {own ? (
        <Menu trigger={<IconButton label={t("models.actionsFor", { name: model.name })}><Ellipsis /></IconButton>}>
          <MenuItem onSelect={onEdit}><Pencil />{t("models.change")}</MenuItem>
          <MenuItem danger onSelect={() => setDeleting(true)}><Trash2 />{t("models.delete")}</MenuItem>
        </Menu>
      ) : null}
      <Confirm open={deleting} onOpenChange={setDeleting} title={t("models.deleteTitle", { name: model.name })} text={t("models.deleteText")} action={t("models.delete")} busy={edit.isPending} onConfirm={() => edit.mutate({ action: "delete", id: model.id }, { onError: failed, onSettled: () => setDeleting(false) })} />
    </>
  );
}
