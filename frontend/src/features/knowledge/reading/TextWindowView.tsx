// The text of a document around a passage, which is marked and brought into view.
import { ChevronDown, ChevronUp } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { Button } from "@/components/ui/button";
import type { DocumentText } from "@/lib/api/knowledge-types";
import { windowOf, type ShownBlock, type ShownPiece, type Span } from "./window";

const AROUND = 1500;
/** What is seen above the mark, in pixels. */
const ABOVE = 72;

interface ViewProps {
  text: DocumentText;
  /** The passage, and within it what was quoted. */
  span: Span | null;
  quote: Span | null;
}

export function TextWindowView({ text, span, quote }: ViewProps) {
  const { t } = useTranslation();
  const [around, setAround] = useState(AROUND);
  const shown = useMemo(() => windowOf(text, span, around, quote), [text, span, around, quote]);
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const mark = scroller.current?.querySelector<HTMLElement>("mark[data-quoted]") ?? scroller.current?.querySelector<HTMLElement>("mark");
    if (mark && scroller.current) scroller.current.scrollTop = mark.offsetTop - ABOVE;
  }, [span, quote]);
  const more = (icon: React.ReactNode, words: string) => <Button variant="ghost" size="sm" className="self-center" onClick={() => setAround(around * 4)}>{icon}{words}</Button>;
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long text is scrolled by keyboard
    <div ref={scroller} tabIndex={0} role="region" aria-label={t("knowledge.reading.text")} className="relative flex max-h-[70dvh] min-h-0 flex-col gap-2.5 overflow-y-auto rounded-xl border bg-surface p-4 text-sm leading-relaxed [.fills_&]:max-h-none [.fills_&]:grow">
      {shown.before ? more(<ChevronUp />, t("knowledge.reading.before")) : null}
      {shown.blocks.map((block, index) => <Block key={index} block={block} />)}
      {shown.blocks.length === 0 ? <p className="text-muted-foreground">{t("knowledge.reading.noText")}</p> : null}
      {shown.after ? more(<ChevronDown />, t("knowledge.reading.after")) : null}
    </div>
  );
}

/** The passage is tinted; what was quoted of it is underlined too. */
function Piece({ piece }: { piece: ShownPiece }) {
  const words = visibleText(piece.text);
  if (piece.quoted) return <mark data-quoted className="rounded-sm bg-[color-mix(in_oklab,var(--primary)_30%,transparent)] text-foreground underline decoration-primary decoration-2 underline-offset-4">{words}</mark>;
  return piece.marked ? <mark className="rounded-sm bg-[color-mix(in_oklab,var(--primary)_16%,transparent)] text-foreground">{words}</mark> : <span>{words}</span>;
}

function Block({ block }: { block: ShownBlock }) {
  const words = block.pieces.map((piece, index) => <Piece key={index} piece={piece} />);
  if (block.kind === "heading") return <p className={`font-semibold ${block.level <= 1 ? "text-base" : ""}`}>{words}</p>;
  if (block.kind === "code" || block.kind === "table") return <p className="rounded-lg bg-code p-2.5 font-mono text-xs whitespace-pre-wrap">{words}</p>;
  return <p dir="auto" className="whitespace-pre-wrap">{words}</p>;
}
