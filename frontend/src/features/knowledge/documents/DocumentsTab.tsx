// The documents of a base: bringing them in, watching them being read, finding and keeping them.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import type { KnowledgeBase } from "@/lib/api/knowledge-types";
import { useUploads } from "../use-uploads";
import { picked, type Dropped } from "../dropped";
import { AddSiteDialog } from "./AddSiteDialog";
import { AddTextDialog } from "./AddTextDialog";
import { DocumentList } from "./DocumentList";
import { DropZone } from "./DropZone";
import { SiteList } from "./SiteList";
import { UploadList } from "./UploadList";

export function DocumentsTab({ base }: { base: KnowledgeBase }) {
  return (
    <div className="flex flex-col gap-6">
      {base.can_edit ? <Bringing base={base} /> : null}
      <SiteList base={base} />
      <DocumentList base={base} />
    </div>
  );
}

function Bringing({ base }: { base: KnowledgeBase }) {
  const { t } = useTranslation();
  const { queue, items } = useUploads(base.id);
  const [adding, setAdding] = useState<"text" | "site" | null>(null);
  const bring = ({ files, skipped }: Dropped): void => {
    queue.add(files);
    if (skipped > 0) toast(t("knowledge.upload.skipped", { count: skipped }));
    if (files.length === 0 && skipped === 0) toast(t("knowledge.upload.nothing"));
  };
  const close = (open: boolean): void => {
    if (!open) setAdding(null);
  };
  return (
    <>
      <DropZone small={base.counts.documents > 0 || items.length > 0} onDropped={bring} onPicked={(files) => bring(picked(files))} onText={() => setAdding("text")} onSite={() => setAdding("site")} />
      {items.length > 0 ? <UploadList items={items} onRetry={(keys) => queue.retry(keys)} onRemove={(keys) => queue.remove(keys)} /> : null}
      <AddTextDialog baseId={base.id} open={adding === "text"} onOpenChange={close} />
      <AddSiteDialog baseId={base.id} open={adding === "site"} onOpenChange={close} />
    </>
  );
}
