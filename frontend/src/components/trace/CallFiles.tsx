// What a call made: pictures shown where they were made, other files to be saved.
import { useTranslation } from "react-i18next";
import type { Call } from "@/lib/api/types";
import { isPicture } from "@/lib/files";
import { Picture } from "../Picture";
import { FileChip } from "./parts";
import { readView } from "./views";

/** `hiddenWhenOpen`: the class that hides pictures while the opened step shows them itself. */
export function CallFiles({ call, hiddenWhenOpen = "" }: { call: Call; hiddenWhenOpen?: string }) {
  const { t } = useTranslation();
  if (call.artefacts.length === 0) return null;
  const view = readView(call);
  const pictures = call.artefacts.filter(isPicture);
  const others = call.artefacts.filter((file) => !isPicture(file));
  const name = (file: { name: string }): string => (view.kind === "image" && view.prompt ? view.prompt : file.name);
  return (
    <div className="flex flex-col gap-2">
      {pictures.length > 0 ? (
        <div className={`flex flex-wrap gap-2 ${view.kind === "python" || view.kind === "page" ? hiddenWhenOpen : ""}`}>
          {pictures.map((file) => <Picture key={file.id} id={file.id} alt={name(file)} className={view.kind === "image" ? "max-h-[28rem]" : "max-h-64"} />)}
        </div>
      ) : null}
      {others.length > 0 ? <ul aria-label={t("file.made")} className="flex flex-wrap gap-2">{others.map((file) => <li key={file.id} className="max-w-full"><FileChip {...file} /></li>)}</ul> : null}
    </div>
  );
}
