// A picture kept by the server: small in the text, large in a window, and saved on demand.
import { Download, ImageOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fileUrl } from "@/lib/files";
import { cn } from "@/lib/cn";
import { Button } from "./ui/button";
import { Dialog } from "./ui/dialog";

interface PictureProps {
  id: string;
  alt: string;
  className?: string;
}

export function Picture({ id, alt, className }: PictureProps) {
  const { t } = useTranslation();
  const [state, setState] = useState<"loading" | "shown" | "gone">("loading");
  const [large, setLarge] = useState(false);
  if (state === "gone") {
    return <p className="flex w-fit items-center gap-2 rounded-xl border border-dashed px-3 py-2 text-sm text-muted-foreground"><ImageOff className="size-4 shrink-0" aria-hidden />{t("file.pictureGone")}</p>;
  }
  return (
    <>
      <button type="button" aria-label={t("file.enlarge", { name: alt })} onClick={() => setLarge(true)} className="block w-fit max-w-full cursor-zoom-in overflow-hidden rounded-xl border bg-muted">
        <img src={fileUrl(id)} alt={alt} loading="lazy" onLoad={() => setState("shown")} onError={() => setState("gone")} className={cn("max-h-96 max-w-full bg-white object-contain", state === "loading" && "h-40 w-56 opacity-0", className)} />
      </button>
      <Dialog open={large} onOpenChange={setLarge} title={t("file.picture")} description={alt} className="max-w-5xl">
        <img src={fileUrl(id)} alt={alt} className="mx-auto max-h-[65dvh] max-w-full rounded-lg bg-white object-contain" />
        <Button asChild variant="outline" className="self-end"><a href={fileUrl(id, "download")} download><Download />{t("file.download")}</a></Button>
      </Dialog>
    </>
  );
}
