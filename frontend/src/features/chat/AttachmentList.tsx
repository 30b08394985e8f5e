// The files that go with the message being written.
import { CircleAlert, File as FileIcon, LoaderCircle, RotateCw, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { IconButton } from "@/components/ui/button";
import { errorText } from "@/lib/api/error-text";
import { formatSize } from "@/lib/files";
import type { Attachment, Attachments } from "./attachments";

const file = <FileIcon className="text-muted-foreground" aria-hidden />;
const icons = { held: file, done: file, uploading: <LoaderCircle className="animate-spin text-muted-foreground" aria-hidden />, failed: <CircleAlert className="text-danger" aria-hidden /> };

export function AttachmentList({ attachments }: { attachments: Attachments }) {
  const { t } = useTranslation();
  return (
    <ul aria-label={t("file.attached")} className="flex max-h-40 flex-wrap gap-2 overflow-y-auto px-1 pt-1 pb-2">
      {attachments.items.map((one) => (
        <li key={one.key} className="relative flex max-w-full min-w-0 items-center gap-2 overflow-hidden rounded-lg border bg-background py-1 pl-2.5 text-sm [&>svg]:size-4 [&>svg]:shrink-0">
          {icons[one.state]}
          <span className="min-w-0">
            <span className="block max-w-56 truncate">{visibleText(one.name)}</span>
            <span role={one.state === "failed" ? "alert" : undefined} className={`block text-xs ${one.state === "failed" ? "text-danger" : "text-muted-foreground"}`}><Fate one={one} /></span>
          </span>
          {one.state === "failed" ? <IconButton label={t("file.retryNamed", { name: one.name })} onClick={() => attachments.retry(one.key)}><RotateCw /></IconButton> : null}
          <IconButton label={t("file.removeNamed", { name: one.name })} onClick={() => attachments.remove(one.key)}><X /></IconButton>
          {one.state === "uploading" ? <span role="progressbar" aria-label={t("file.uploading", { name: one.name })} aria-valuenow={Math.round(one.progress * 100)} aria-valuemin={0} aria-valuemax={100} className="absolute bottom-0 left-0 h-0.5 bg-primary transition-[width]" style={{ width: `${one.progress * 100}%` }} /> : null}
        </li>
      ))}
    </ul>
  );
}

function Fate({ one }: { one: Attachment }) {
  const { t } = useTranslation();
  if (one.state === "failed") return errorText(one.error, t);
  if (one.state === "uploading") return `${Math.round(one.progress * 100)} %`;
  return formatSize(one.size);
}
