// One passage of a document, with what can be done to it.
import { Ellipsis, Eye, EyeOff, Locate, Pencil, Plus, Trash2 } from "lucide-react";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Confirm } from "@/components/Confirm";
import { Badge } from "@/components/ui/badge";
import { IconButton } from "@/components/ui/button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { errorText } from "@/lib/api/error-text";
import type { Chunk } from "@/lib/api/knowledge-types";
import { useChunkDeed } from "../api/chunks";
import { ChunkForm } from "./ChunkForm";
import { PieceCard } from "./PieceCard";

interface CardProps {
  chunk: Chunk;
  documentId: string;
  editable: boolean;
  selected: boolean;
  onShow: () => void;
}

type Writing = "none" | "edit" | "after";

export const ChunkCard = memo(function ChunkCard({ chunk, documentId, editable, selected, onShow }: CardProps) {
  const { t } = useTranslation();
  const [writing, setWriting] = useState<Writing>("none");
  const name = chunk.text.slice(0, 40).trim();
  const marks = (
    <>
      {chunk.enabled ? null : <Badge tone="warning">{t("knowledge.reading.off")}</Badge>}
      {chunk.edited ? <Badge>{t("knowledge.reading.edited")}</Badge> : null}
      {chunk.added ? <Badge>{t("knowledge.reading.added")}</Badge> : null}
    </>
  );
  const actions = (
    <>
      <IconButton label={t("knowledge.reading.showPlace", { name })} aria-pressed={selected} onClick={onShow}><Locate /></IconButton>
      {editable ? <ChunkMenu chunk={chunk} documentId={documentId} name={name} onWrite={setWriting} /> : null}
    </>
  );
  const done = (): void => setWriting("none");
  return (
    <>
      <PieceCard piece={chunk} selected={selected} faded={!chunk.enabled} marks={marks} actions={actions}>
        {writing === "edit" ? <ChunkForm documentId={documentId} chunk={chunk} after={null} onDone={done} /> : undefined}
      </PieceCard>
      {writing === "after" ? <li className="rounded-xl border bg-surface px-4 py-3"><ChunkForm documentId={documentId} chunk={null} after={chunk.id} onDone={done} /></li> : null}
    </>
  );
});

interface ChunkMenuProps {
  chunk: Chunk;
  documentId: string;
  name: string;
  onWrite: (writing: Writing) => void;
}

function ChunkMenu({ chunk, documentId, name, onWrite }: ChunkMenuProps) {
  const { t } = useTranslation();
  const deed = useChunkDeed(documentId);
  const [deleting, setDeleting] = useState(false);
  const failed = (error: unknown): void => void toast.error(errorText(error, t));
  const remove = (): void => deed.mutate({ deed: "delete", id: chunk.id }, { onError: failed, onSettled: () => setDeleting(false) });
  return (
    <>
      <Menu trigger={<IconButton label={t("knowledge.actionsFor", { name })}><Ellipsis /></IconButton>}>
        <MenuItem onSelect={() => onWrite("edit")}><Pencil />{t("knowledge.reading.edit")}</MenuItem>
        <MenuItem onSelect={() => deed.mutate({ deed: "change", id: chunk.id, body: { enabled: !chunk.enabled } }, { onError: failed })}>{chunk.enabled ? <EyeOff /> : <Eye />}{t(chunk.enabled ? "knowledge.reading.disable" : "knowledge.reading.enable")}</MenuItem>
        <MenuItem onSelect={() => onWrite("after")}><Plus />{t("knowledge.reading.addAfter")}</MenuItem>
        <MenuSeparator />
        <MenuItem danger onSelect={() => setDeleting(true)}><Trash2 />{t("conversations.delete")}</MenuItem>
      </Menu>
      <Confirm open={deleting} onOpenChange={setDeleting} title={t("knowledge.reading.deleteTitle")} text={t("knowledge.reading.deleteText")} action={t("conversations.delete")} busy={deed.isPending} onConfirm={remove} />
    </>
  );
}
