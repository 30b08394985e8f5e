// How far the files are that are on their way: all together in one line, those that need somebody by name.
import { CircleAlert, RotateCw, X } from "lucide-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { Button, IconButton } from "@/components/ui/button";
import { isApiError } from "@/lib/api/errors";
import { errorText } from "@/lib/api/error-text";
import { formatSize } from "@/lib/files";
import { formatNumber } from "@/lib/format";
import { mayHelp, sumOf, type Upload, type UploadSum } from "../uploads";

interface ListProps {
  items: readonly Upload[];
  onRetry: (keys: number[]) => void;
  onRemove: (keys: number[]) => void;
}

const MOST_SHOWN = 40;
const ORDER = ["failed", "known", "sending"];

export function UploadList({ items, onRetry, onRemove }: ListProps) {
  const { t } = useTranslation();
  const sum = sumOf(items);
  const shown = items.filter((one) => ORDER.includes(one.state)).sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state)).slice(0, MOST_SHOWN);
  const helped = items.filter(mayHelp).map((one) => one.key);
  const going = sum.all - sum.arrived - sum.failed;
  return (
    <section aria-label={t("knowledge.upload.list")} className="overflow-hidden rounded-2xl border bg-surface">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
        <p role="status" className="min-w-40 grow text-sm"><SumText sum={sum} /></p>
        {helped.length > 0 ? <Button variant="outline" size="sm" onClick={() => onRetry(helped)}><RotateCw />{t("knowledge.upload.retryAll")}</Button> : null}
        {going > 0 ? <Button variant="outline" size="sm" onClick={() => onRemove(items.filter((one) => one.state === "waiting" || one.state === "sending").map((one) => one.key))}>{t("knowledge.upload.stop")}</Button> : <Button variant="ghost" size="sm" onClick={() => onRemove(items.map((one) => one.key))}>{t("knowledge.upload.clear")}</Button>}
      </div>
      <div role="progressbar" aria-label={t("knowledge.upload.list")} aria-valuenow={Math.round(sum.share * 100)} aria-valuemin={0} aria-valuemax={100} className="h-1 bg-muted"><div className="h-full bg-primary transition-[width]" style={{ width: `${sum.share * 100}%` }} /></div>
      {shown.length > 0 ? <ul className="max-h-72 divide-y overflow-y-auto">{shown.map((one) => <UploadRow key={one.key} one={one} onRetry={() => onRetry([one.key])} onRemove={() => onRemove([one.key])} />)}</ul> : null}
    </section>
  );
}

function SumText({ sum }: { sum: UploadSum }) {
  const { t } = useTranslation();
  const parts = [
    t("knowledge.upload.arrived", { done: formatNumber(sum.arrived), all: formatNumber(sum.all) }),
    sum.known > 0 ? t("knowledge.upload.knownCount", { count: sum.known }) : "",
    sum.failed > 0 ? t("knowledge.upload.failedCount", { count: sum.failed }) : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

function UploadRow({ one, onRetry, onRemove }: { one: Upload; onRetry: () => void; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <li className="flex items-center gap-2 px-4 py-1.5 text-sm">
      {one.state === "failed" ? <CircleAlert className="size-4 shrink-0 text-danger" aria-hidden /> : null}
      <div className="min-w-0 grow">
        <p className="truncate">{visibleText(one.name)}</p>
        <p className={`text-xs ${one.state === "failed" ? "text-danger" : "text-muted-foreground"}`}><Fate one={one} /></p>
      </div>
      {mayHelp(one) ? <IconButton label={t("file.retryNamed", { name: one.name })} onClick={onRetry}><RotateCw /></IconButton> : null}
      <IconButton label={t(one.state === "sending" ? "knowledge.upload.stopNamed" : "file.removeNamed", { name: one.name })} onClick={onRemove}><X /></IconButton>
    </li>
  );
}

function Fate({ one }: { one: Upload }) {
  const { t } = useTranslation();
  if (one.state === "known") return <>{t("knowledge.upload.known")} {one.documentId ? <Link to="/knowledge/documents/$documentId" params={{ documentId: one.documentId }} className="text-primary-text underline underline-offset-4">{t("knowledge.upload.showKnown")}</Link> : null}</>;
  if (one.state === "sending") return `${Math.round(one.progress * 100)} % · ${formatSize(one.size)}`;
  if (isApiError(one.error, "body_too_large")) return t("knowledge.upload.tooLarge");
  if (isApiError(one.error, "empty_file")) return t("knowledge.failure.empty_file");
  return errorText(one.error, t);
}
