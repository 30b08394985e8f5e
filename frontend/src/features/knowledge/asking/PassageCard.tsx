// One passage that was found: where it stands, why it was found, and how well.
import { Link } from "@tanstack/react-router";
import { BookOpen, ClipboardCheck } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import type { Tops } from "@/components/scores";
import { ScoreBars } from "@/components/ScoreBars";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import type { Passage } from "@/lib/api/knowledge-types";
import { inShort } from "../metadata";
import { MarkedText } from "./MarkedText";

interface CardProps {
  number: number;
  passage: Passage;
  tops: Tops;
  onKeep?: () => void;
}

export const PassageCard = memo(function PassageCard({ number, passage, tops, onKeep }: CardProps) {
  const { t } = useTranslation();
  const { document, page, headings, metadata, chunk_ids: joined } = passage;
  const place = [page === null ? "" : t("knowledge.reading.onPage", { page }), ...headings.map(visibleText)].filter(Boolean).join(" › ");
  return (
    <li data-testid="passage" className="rounded-2xl border bg-surface p-4 sm:p-5">
      <div className="flex flex-wrap items-start gap-x-6 gap-y-3">
        <div className="min-w-0 grow basis-64">
          <p className="flex items-baseline gap-2 text-sm">
            <span className="shrink-0 text-xs text-muted-foreground tabular-nums">{number}</span>
            <Link to="/knowledge/documents/$documentId" params={{ documentId: document.id }} search={{ chunk: passage.chunk_id }} className="min-w-0 font-medium break-words underline-offset-4 hover:underline">{visibleText(document.name)}</Link>
          </p>
          {place ? <p className="mt-0.5 text-[13px] break-words text-muted-foreground">{place}</p> : null}
          <p className="mt-1 flex flex-wrap gap-1 empty:hidden">
            {joined.length > 1 ? <Badge>{t("knowledge.try.joined", { count: joined.length })}</Badge> : null}
            {Object.entries(metadata).slice(0, 4).map(([name, value]) => <Badge key={name} className="max-w-60 truncate font-normal">{visibleText(name)}: {visibleText(inShort(value))}</Badge>)}
          </p>
        </div>
        <div className="w-full sm:w-56"><ScoreBars scores={passage.scores} tops={tops} /></div>
      </div>
      <p dir="auto" className="mt-3 text-sm leading-relaxed whitespace-pre-wrap"><MarkedText text={passage.text} words={passage.matched} /></p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button asChild variant="outline" size="sm"><Link to="/knowledge/documents/$documentId" params={{ documentId: document.id }} search={{ chunk: passage.chunk_id }}><BookOpen />{t("knowledge.try.show")}</Link></Button>
        {onKeep ? <Button variant="ghost" size="sm" onClick={onKeep}><ClipboardCheck />{t("knowledge.try.keep")}</Button> : null}
      </div>
    </li>
  );
});
