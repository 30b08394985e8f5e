// The number of a source within an answer, with a card that says what it is and what it says; documents open beside the page.
import { Popover } from "radix-ui";
import { useContext, useEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { Citation } from "@/lib/api/types";
import { DocumentLink } from "../DocumentLink";
import { DocumentOpener, placeOfAddress, type OpenDocument } from "../document-opener";
import { CitationsContext, LEAVE_MS, PointedContext } from "./citation-context";
import { citationAt } from "./citations";
import { hostOf, safeUrl } from "./link";
import { visibleText } from "./text";

export function CitationChip({ index, number }: { index: number; number: string }) {
  const citation = citationAt(useContext(CitationsContext), index, Number(number));
  if (!citation) return <span className="citation" aria-hidden>{number}</span>;
  return <KnownChip citation={citation} index={index} />;
}

/** Words that their source does not seem to bear out: pointing at them shows why; the chip after them says it too. */
export function DoubtedWords({ index, children }: { index: number; children: ReactNode }) {
  const { point, leave } = useContext(PointedContext);
  return (
    <mark
      className="doubted"
      onPointerEnter={(event) => { if (event.pointerType === "mouse") point(index); }}
      onPointerLeave={(event) => { if (event.pointerType === "mouse") leave(); }}
    >
      {children}
    </mark>
  );
}

/** Opens by pointing, by focus and by pressing; pressing moves into the card. */
function useCard(index: number) {
  const [open, setOpen] = useState(false);
  const [entered, setEntered] = useState(false);
  const { pointed, end } = useContext(PointedContext);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const show = (pressed: boolean): void => {
    clearTimeout(timer.current);
    setEntered(pressed);
    setOpen(true);
  };
  const leave = (): void => {
    timer.current = setTimeout(() => setOpen(false), LEAVE_MS);
  };
  const close = (): void => {
    clearTimeout(timer.current);
    setOpen(false);
    end();
  };
  return { open: open || pointed === index, entered, show, leave, close };
}

/** Opens the citation's document beside the page; null where it has none, or there is no such place. */
function useOpenDocument(citation: Citation, remark: string | null, chip: RefObject<HTMLButtonElement | null>): (() => void) | null {
  const open = useContext(DocumentOpener);
  const place = placeOfAddress(citation.url);
  if (!open || !place) return null;
  return () => {
    if (chip.current) open({ ...place, quote: citation.evidence, remark }, chip.current);
  };
}

function useLabel({ number, title, url, invalid_reason: invalid }: Citation, reason: string | null): string {
  const { t } = useTranslation();
  if (reason) return t(invalid === "not_supported" ? "citation.doubted" : "citation.invalid", { number, reason });
  return t(placeOfAddress(url) ? "citation.document" : "citation.source", { number, title });
}

function KnownChip({ citation, index }: { citation: Citation; index: number }) {
  const { t } = useTranslation();
  const card = useCard(index);
  const chip = useRef<HTMLButtonElement>(null);
  /** The focus will come back from the document: the card need not open for that. */
  const away = useRef(false);
  const invalid = citation.invalid_reason;
  const reason = invalid ? t(`citation.${invalid}`) : null;
  const label = useLabel(citation, reason);
  const read = useOpenDocument(citation, reason, chip);
  const goRead = (): void => {
    away.current = true;
    card.close();
  };
  const focused = (target: HTMLElement): void => {
    if (!away.current && target.matches(":focus-visible")) card.show(false);
    away.current = false;
  };
  const press = (): void => {
    if (!read) {
      card.show(true);
      return;
    }
    goRead();
    read();
  };
  const marks = invalid === "not_supported" ? { "data-doubt": true } : invalid ? { "data-invalid": true } : {};
  return (
    <Popover.Root open={card.open} onOpenChange={(open) => { if (!open) card.close(); }}>
      <Popover.Anchor asChild>
        <button
          ref={chip}
          type="button"
          aria-label={label}
          aria-expanded={read ? undefined : card.open}
          aria-haspopup={read ? "dialog" : undefined}
          className="citation"
          {...marks}
          onClick={press}
          onPointerEnter={(event) => { if (event.pointerType === "mouse") card.show(false); }}
          onPointerLeave={(event) => { if (event.pointerType === "mouse") card.leave(); }}
          onFocus={(event) => focused(event.target)}
          onBlur={() => { if (!card.entered) card.leave(); }}
        >
          {citation.number}{reason ? "?" : ""}
        </button>
      </Popover.Anchor>
      <Card card={card} label={label}><CardOpener chip={chip} onOpen={goRead}><SourceCard citation={citation} reason={reason} /></CardOpener></Card>
    </Popover.Root>
  );
}

function Card({ card, label, children }: { card: ReturnType<typeof useCard>; label: string; children: ReactNode }) {
  return (
    <Popover.Portal>
      <Popover.Content
        side="top"
        sideOffset={4}
        collisionPadding={12}
        aria-label={label}
        onOpenAutoFocus={(event) => { if (!card.entered) event.preventDefault(); }}
        onCloseAutoFocus={(event) => { if (!card.entered) event.preventDefault(); }}
        onPointerEnter={() => card.show(card.entered)}
        onPointerLeave={() => { if (!card.entered) card.leave(); }}
        className="z-50 w-[min(20rem,calc(100vw-1.5rem))] rounded-xl border bg-surface p-3 text-sm shadow-lg animate-fade"
      >
        {children}
      </Popover.Content>
    </Popover.Portal>
  );
}

/** A document that is opened from the card gives the focus back to the chip, for the card is gone by then. */
function CardOpener({ chip, onOpen, children }: { chip: RefObject<HTMLButtonElement | null>; onOpen: () => void; children: ReactNode }) {
  const open = useContext(DocumentOpener);
  const fromChip: OpenDocument | null = open && ((cited, from) => {
    onOpen();
    open(cited, chip.current ?? from);
  });
  return <DocumentOpener value={fromChip}>{children}</DocumentOpener>;
}

function SourceCard({ citation, reason }: { citation: Citation; reason: string | null }) {
  const { t } = useTranslation();
  const url = safeUrl(citation.url);
  const place = placeOfAddress(citation.url);
  const title = visibleText(citation.title || citation.url);
  return (
    <>
      {title ? <p className="font-medium">{place ? <DocumentLink {...place} quote={citation.evidence} remark={reason}>{title}</DocumentLink> : url ? <a href={url.href} target="_blank" rel="noopener noreferrer" referrerPolicy="no-referrer" className="hover:underline">{title}</a> : title}</p> : null}
      {url ? <p className="truncate text-xs text-muted-foreground">{hostOf(url)}</p> : null}
      {reason ? <p className="mt-1 text-[13px] text-warning">{reason}</p> : null}
      {citation.evidence ? <blockquote className="mt-2 line-clamp-6 border-l-2 pl-2.5 text-[13px] text-muted-foreground">{visibleText(citation.evidence)}</blockquote> : null}
      {citation.invalid_reason === "not_supported" ? <p className="mt-2 text-xs text-muted-foreground">{t("citation.howDoubted")}</p> : null}
    </>
  );
}
