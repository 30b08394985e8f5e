// One passage as it is cut: its headings, its place, its text.
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { Badge } from "@/components/ui/badge";
import type { Piece } from "@/lib/api/knowledge-types";
import { formatNumber } from "@/lib/format";

interface CardProps {
  piece: Piece;
  selected?: boolean;
  faded?: boolean;
  marks?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

/** A larger passage that is only handed over, not looked for, stands in front of those that were cut from it. */
export const PieceCard = memo(function PieceCard({ piece, selected = false, faded = false, marks, actions, children }: CardProps) {
  const { t } = useTranslation();
  const { headings, page, tokens, kind } = piece;
  return (
    <li data-selected={selected} data-piece={piece.position} aria-current={selected ? "true" : undefined} className={`rounded-xl border bg-surface px-4 py-3 [contain-intrinsic-size:auto_9rem] [content-visibility:auto] data-[selected=true]:border-primary data-[selected=true]:ring-1 data-[selected=true]:ring-primary ${piece.is_parent ? "border-dashed bg-transparent" : ""} ${piece.parent === null ? "" : "ml-4"} ${faded ? "opacity-70" : ""}`}>
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted-foreground">
        {headings.length > 0 ? <span className="min-w-0 font-medium break-words text-foreground">{headings.map(visibleText).join(" › ")}</span> : null}
        {page === null ? null : <span>{t("knowledge.reading.onPage", { page })}</span>}
        <span className="tabular-nums">{t("knowledge.reading.tokens", { count: tokens, number: formatNumber(tokens) })}</span>
        {piece.is_parent ? <Badge>{t("knowledge.reading.parent")}</Badge> : null}
        {kind === "table" || kind === "code" || kind === "image" || kind === "qa" ? <Badge>{t(`knowledge.kind.${kind}`)}</Badge> : null}
        {marks}
        {actions ? <span className="ml-auto flex items-center">{actions}</span> : null}
      </div>
      {children ?? <PieceText piece={piece} />}
    </li>
  );
});

export function PieceText({ piece }: { piece: Pick<Piece, "text" | "question" | "is_parent"> }) {
  const { t } = useTranslation();
  return (
    <>
      {piece.question ? <p dir="auto" className="mt-1.5 text-sm font-medium"><span className="sr-only">{t("knowledge.reading.question")}: </span>{visibleText(piece.question)}</p> : null}
      <p dir="auto" className={`mt-1.5 text-sm leading-relaxed whitespace-pre-wrap ${piece.is_parent ? "line-clamp-2 text-muted-foreground" : ""}`}>{visibleText(piece.text)}</p>
    </>
  );
}
