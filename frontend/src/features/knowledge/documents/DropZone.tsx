// Where files and folders are dropped or picked, and other kinds of documents begun.
import { FileText, FolderUp, Globe, Upload } from "lucide-react";
import { useRef, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import { dropped, type Dropped } from "../dropped";

interface DropZoneProps {
  small: boolean;
  onDropped: (found: Dropped) => void;
  onPicked: (files: Iterable<File>) => void;
  onText: () => void;
  onSite: () => void;
}

function useDropping(onDropped: (found: Dropped) => void) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const onDragOver = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setOver(true);
  };
  const onDragLeave = (event: DragEvent): void => {
    if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    dropped(event.dataTransfer).then(onDropped, () => toast.error(t("knowledge.upload.unreadable")));
  };
  return { over, handlers: { onDragOver, onDragLeave, onDrop } };
}

export function DropZone({ small, onDropped, onPicked, onText, onSite }: DropZoneProps) {
  const { t } = useTranslation();
  const { over, handlers } = useDropping(onDropped);
  return (
    <section aria-label={t("knowledge.upload.title")} data-over={over} data-testid="drop-zone" className={`flex flex-col items-center gap-3 rounded-2xl border-2 border-dashed text-center transition-colors data-[over=true]:border-primary data-[over=true]:bg-primary-soft ${small ? "px-4 py-5" : "px-6 py-12"}`} {...handlers}>
      {small ? null : <Upload className="size-8 text-muted-foreground" aria-hidden />}
      <div>
        <p className="font-medium max-sm:hidden">{t(over ? "knowledge.upload.letGo" : "knowledge.upload.drop")}</p>
        <p className="mt-0.5 text-[13px] text-pretty text-muted-foreground">{t("knowledge.upload.kinds")}</p>
      </div>
      <div className="flex flex-wrap justify-center gap-2">
        <PickButton onPicked={onPicked} />
        <PickButton folder onPicked={onPicked} />
        <Button variant="outline" onClick={onText}><FileText />{t("knowledge.addText.title")}</Button>
        <Button variant="outline" onClick={onSite}><Globe />{t("knowledge.addSite.title")}</Button>
      </div>
    </section>
  );
}

function PickButton({ folder = false, onPicked }: { folder?: boolean; onPicked: (files: Iterable<File>) => void }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const label = t(folder ? "knowledge.upload.folder" : "knowledge.upload.files");
  const pick = (): void => {
    const chosen = [...(input.current?.files ?? [])];
    if (chosen.length > 0) onPicked(chosen);
    if (input.current) input.current.value = "";
  };
  return (
    <>
      <input ref={input} type="file" multiple hidden aria-label={label} onChange={pick} {...(folder ? { webkitdirectory: "" } : {})} />
      <Button variant={folder ? "outline" : "primary"} className={folder ? "max-sm:hidden" : ""} onClick={() => input.current?.click()}>{folder ? <FolderUp /> : <Upload />}{label}</Button>
    </>
  );
}
