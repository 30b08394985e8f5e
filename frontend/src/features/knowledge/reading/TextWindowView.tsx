// The text of a document around a passage, which is marked and brought into view.
import { ChevronDown, ChevronUp } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { Button } from "@/components/ui/button";
import type { DocumentText } from "@/lib/api/knowledge-types";
import { windowOf, type ShownBlock, type Span } from "./window";

const AROUND = 1500;

export function TextWindowView({ text, span }: { text: DocumentText; span: Span | null }) {
  const { t } = useTranslation();
  const [around, setAround] = useState(AROUND);
  const shown = useMemo(() => windowOf(text, span, around), [text, span, around]);
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const mark = scroller.current?.querySelector<HTMLElement>("mark");
    if (mark && scroller.current) scroller.current.scrollTop = mark.offsetTop - scroller.current.offsetTop - 48;
  }, [span]);
  const more = (icon: React.ReactNode, words: string) => <Button variant="ghost" size="sm" className="self-center" onClick={() => setAround(around * 4)}>{icon}{words}</Button>;
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long text is scrolled by keyboard
    <div ref={scroller} tabIndex={0} role="region" aria-label={t("knowledge.reading.text")} className="flex max-h-[70dvh] min-h-0 flex-col gap-2.5 overflow-y-auto rounded-xl border bg-surface p-4 text-sm leading-relaxed">
      {shown.before ? more(<ChevronUp />, t("knowledge.reading.before")) : null}
      {shown.blocks.map((block, index) => <Block key={index} block={block} />)}
      {shown.blocks.length === 0 ? <p className="text-muted-foreground">{t("knowledge.reading.noText")}</p> : null}
      {shown.after ? more(<ChevronDown />, t("knowledge.reading.after")) : null}
    </div>
  );
}

function Block({ block }: { block: ShownBlock }) {
  const words = block.pieces.map((piece, index) => (piece.marked ? <mark key={index} className="rounded-sm bg-[color-mix(in_oklab,var(--primary)_22%,transparent)] text-foreground">{visibleText(piece.text)}</mark> : <span key={index}>{visibleText(piece.text)}</span>));
  if (block.kind === "heading") return <p className={`font-semibold ${block.level <= 1 ? "text-base" : ""}`}>{words}</p>;
  if (block.kind === "code" || block.kind === "table") return <p className="rounded-lg bg-code p-2.5 font-mono text-xs whitespace-pre-wrap">{words}</p>;
  return <p dir="auto" className="whitespace-pre-wrap">{words}</p>;
}
