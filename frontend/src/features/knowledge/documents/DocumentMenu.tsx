// What can be done with a document.
import { CircleSlash, Download, Ellipsis, Eye, EyeOff, Pencil, RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Confirm } from "@/components/Confirm";
import { IconButton } from "@/components/ui/button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { errorText } from "@/lib/api/error-text";
import type { KnowledgeBase, KnowledgeDocument } from "@/lib/api/knowledge-types";
import { contentUrl, useDocumentDeed } from "../api/document";
import { isAtWork } from "../api/documents";
import { MetadataDialog } from "./MetadataDialog";

interface MenuProps {
  document: KnowledgeDocument;
  base: KnowledgeBase;
  onDeleted?: () => void;
}

export function DocumentMenu({ document, base, onDeleted }: MenuProps) {
  const { t } = useTranslation();
  const deed = useDocumentDeed(document);
  const [open, setOpen] = useState<"details" | "delete" | null>(null);
  const failed = (error: unknown): void => void toast.error(errorText(error, t));
  const close = (next: boolean): void => {
    if (!next) setOpen(null);
  };
  const working = isAtWork(document);
  const remove = (): void => deed.mutate({ deed: "delete" }, { onError: failed, onSuccess: () => { toast(t("knowledge.documents.deleted", { name: document.name })); onDeleted?.(); }, onSettled: () => setOpen(null) });
  return (
    <>
      <Menu trigger={<IconButton label={t("knowledge.actionsFor", { name: document.name })}><Ellipsis /></IconButton>}>
        <MenuItem asChild><a href={contentUrl(document.id)} download><Download />{t("knowledge.documents.download")}</a></MenuItem>
        {base.can_edit ? (
          <>
            <MenuItem onSelect={() => setOpen("details")}><Pencil />{t("knowledge.documents.details")}</MenuItem>
            {working ? <MenuItem onSelect={() => deed.mutate({ deed: "cancel" }, { onError: failed })}><CircleSlash />{t("knowledge.documents.cancel")}</MenuItem> : <MenuItem onSelect={() => deed.mutate({ deed: "retry" }, { onError: failed })}><RotateCw />{t(document.state === "ready" ? "knowledge.documents.again" : "common.retry")}</MenuItem>}
            <MenuItem onSelect={() => deed.mutate({ deed: "change", body: { enabled: !document.enabled } }, { onError: failed })}>{document.enabled ? <EyeOff /> : <Eye />}{t(document.enabled ? "knowledge.documents.disable" : "knowledge.documents.enable")}</MenuItem>
            <MenuSeparator />
            <MenuItem danger onSelect={() => setOpen("delete")}><Trash2 />{t("conversations.delete")}</MenuItem>
          </>
        ) : null}
      </Menu>
      <Confirm open={open === "delete"} onOpenChange={close} title={t("knowledge.documents.deleteTitle", { name: document.name })} text={t("knowledge.documents.deleteText")} action={t("conversations.delete")} busy={deed.isPending} onConfirm={remove} />
      <MetadataDialog document={document} fields={base.fields} open={open === "details"} onOpenChange={close} />
    </>
  );
}
