// How far a document is: in words, with a bar while it is worked on, with what to do when it failed.
import { CircleAlert, CircleCheck, CircleSlash, LoaderCircle } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { KnowledgeDocument } from "@/lib/api/knowledge-types";
import { isAtWork } from "../api/documents";
import { factsOf, failureText } from "../words";

export function StateIcon({ document }: { document: KnowledgeDocument }) {
  if (isAtWork(document)) return <LoaderCircle className="animate-spin text-muted-foreground" aria-hidden />;
  if (document.state === "failed") return <CircleAlert className="text-danger" aria-hidden />;
  if (document.state === "cancelled" || !document.enabled) return <CircleSlash className="text-muted-foreground" aria-hidden />;
  return <CircleCheck className="text-success" aria-hidden />;
}

export function StateLine({ document }: { document: KnowledgeDocument }) {
  const { t } = useTranslation();
  if (document.state === "failed") return <p className="text-[13px] text-danger">{t("knowledge.state.failed")}: {document.error ? failureText(document.error, t) : null}</p>;
  if (isAtWork(document)) return <><Progress document={document} />{document.error ? <p className="text-[13px] text-warning">{failureText(document.error, t)}</p> : null}</>;
  const off = document.enabled ? "" : t("knowledge.documents.off");
  return <p className="text-[13px] text-muted-foreground">{[document.state === "ready" && document.enabled ? "" : off || t(`knowledge.state.${document.state}`), factsOf(document, t)].filter(Boolean).join(" · ")}</p>;
}

function Progress({ document }: { document: KnowledgeDocument }) {
  const { t } = useTranslation();
  const percent = Math.round(document.progress * 100);
  const words = t(`knowledge.state.${document.state}`);
  return (
    <div className="flex items-center gap-2 text-[13px] text-muted-foreground">
      <span className="shrink-0">{words}</span>
      {document.state === "received" ? null : (
        <>
          <span role="progressbar" aria-label={`${document.name}: ${words}`} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} className="h-1 w-full max-w-40 overflow-hidden rounded-full bg-muted"><span className="block h-full rounded-full bg-primary transition-[width]" style={{ width: `${percent}%` }} /></span>
          <span className="whitespace-nowrap tabular-nums">{percent} %</span>
        </>
      )}
    </div>
  );
}
