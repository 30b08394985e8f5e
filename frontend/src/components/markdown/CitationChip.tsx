// The number of a source within an answer, with a card that says what it is and what it says.
import { Popover } from "radix-ui";
import { createContext, useContext, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Citation } from "@/lib/api/types";
import { DocumentLink, placeOfAddress } from "../DocumentLink";
import { hostOf, safeUrl } from "./link";
import { visibleText } from "./text";

export const CitationsContext = createContext<readonly Citation[]>([]);

const LEAVE_MS = 160;

export function CitationChip({ index, number }: { index: number; number: string }) {
  const citations = useContext(CitationsContext);
  const citation = citations[index]?.number === Number(number) ? citations[index] : citations.find((one) => one.number === Number(number));
  if (!citation) return <span className="citation" aria-hidden>{number}</span>;
  return <KnownChip citation={citation} />;
}

/** Opens by pointing, by focus and by pressing; pressing moves into the card. */
function useCard() {
  const [open, setOpen] = useState(false);
  const [entered, setEntered] = useState(false);
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
  return { open, entered, show, leave, set: setOpen };
}

function KnownChip({ citation }: { citation: Citation }) {
  const { t } = useTranslation();
  const card = useCard();
  const reason = citation.invalid_reason ? t(`citation.${citation.invalid_reason}`) : null;
  const label = reason ? t("citation.invalid", { number: citation.number, reason }) : t("citation.source", { number: citation.number, title: citation.title });
  return (
    <Popover.Root open={card.open} onOpenChange={card.set}>
      <Popover.Anchor asChild>
        <button
          type="button"
          aria-label={label}
          aria-expanded={card.open}
          data-invalid={reason ? true : undefined}
          className="citation"
          onClick={() => card.show(true)}
          onPointerEnter={(event) => { if (event.pointerType === "mouse") card.show(false); }}
          onPointerLeave={(event) => { if (event.pointerType === "mouse") card.leave(); }}
          onFocus={(event) => { if (event.target.matches(":focus-visible")) card.show(false); }}
          onBlur={() => { if (!card.entered) card.leave(); }}
        >
          {citation.number}{reason ? "?" : ""}
        </button>
      </Popover.Anchor>
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
          <SourceCard citation={citation} reason={reason} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function SourceCard({ citation, reason }: { citation: Citation; reason: string | null }) {
  const url = safeUrl(citation.url);
  const place = placeOfAddress(citation.url);
  const title = visibleText(citation.title || citation.url);
  return (
    <>
      {title ? <p className="font-medium">{place ? <DocumentLink {...place}>{title}</DocumentLink> : url ? <a href={url.href} target="_blank" rel="noopener noreferrer" referrerPolicy="no-referrer" className="hover:underline">{title}</a> : title}</p> : null}
      {url ? <p className="truncate text-xs text-muted-foreground">{hostOf(url)}</p> : null}
      {reason ? <p className="mt-1 text-[13px] text-warning">{reason}</p> : null}
      {citation.evidence ? <blockquote className="mt-2 line-clamp-6 border-l-2 pl-2.5 text-[13px] text-muted-foreground">{visibleText(citation.evidence)}</blockquote> : null}
    </>
  );
}
