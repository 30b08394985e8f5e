// A page of a PDF as a picture, with the boxes of a passage marked on it.
import { ChevronLeft, ChevronRight, RotateCw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import type { KnowledgeDocument } from "@/lib/api/knowledge-types";
import { pageUrl } from "../api/document";
import { boxesOn, pagesOf } from "../spans";
import type { Place } from "./place";

const WIDTH = 1200;

export function PagePicture({ document, place }: { document: KnowledgeDocument; place: Place }) {
  const { t } = useTranslation();
  const pages = pagesOf(place);
  const last = document.pages ?? 1;
  const [page, setPage] = useState(pages[0] ?? 1);
  const elsewhere = pages.filter((one) => one !== page);
  return (
    <div className="flex min-h-0 grow flex-col gap-2">
      <div className="flex items-center gap-1 text-sm">
        <IconButton label={t("knowledge.reading.previousPage")} disabled={page <= 1} onClick={() => setPage(page - 1)}><ChevronLeft /></IconButton>
        <span role="status" className="tabular-nums">{t("knowledge.reading.pageOf", { page, all: last })}</span>
        <IconButton label={t("knowledge.reading.nextPage")} disabled={page >= last} onClick={() => setPage(page + 1)}><ChevronRight /></IconButton>
        {elsewhere.map((one) => <Button key={one} variant="link" size="inline" className="ml-2 text-[13px]" onClick={() => setPage(one)}>{t("knowledge.reading.alsoOn", { page: one })}</Button>)}
      </div>
      <Picture key={page} document={document} page={page} place={place} />
    </div>
  );
}

function Picture({ document, page, place }: { document: KnowledgeDocument; page: number; place: Place }) {
  const { t } = useTranslation();
  const [state, setState] = useState<"loading" | "shown" | "failed">("loading");
  const [tries, setTries] = useState(0);
  const boxes = boxesOn(place.boxes, page);
  const again = (): void => {
    setTries(tries + 1);
    setState("loading");
  };
  if (state === "failed") {
    return (
      <div role="alert" className="flex flex-wrap items-center gap-3 rounded-xl border border-dashed p-4 text-sm text-muted-foreground">
        <span className="grow">{t("knowledge.reading.pageFailed")}</span>
        <Button variant="outline" size="sm" onClick={again}><RotateCw />{t("common.retry")}</Button>
      </div>
    );
  }
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a tall page is scrolled by keyboard
    <div tabIndex={0} role="region" aria-label={t("knowledge.reading.page")} className="relative max-h-[70dvh] min-h-0 overflow-auto rounded-xl border bg-muted [.fills_&]:max-h-none [.fills_&]:grow">
      <div className="relative">
        {state === "loading" ? <Skeleton className="absolute inset-0 min-h-96 rounded-none" /> : null}
        <img key={tries} src={`${pageUrl(document.id, page, WIDTH)}${tries > 0 ? `&again=${tries}` : ""}`} alt={t("knowledge.reading.pageAlt", { name: document.name, page })} onLoad={() => setState("shown")} onError={() => setState("failed")} className={`block w-full bg-white ${state === "loading" ? "min-h-96 opacity-0" : ""}`} />
        {state === "shown" ? boxes.map((box, index) => <span key={index} data-testid="page-box" ref={index === 0 ? bringIntoView : undefined} className="absolute rounded-sm border-2 border-[#0f766e] bg-[#0f766e]/15 mix-blend-multiply" style={{ left: `${box.left}%`, top: `${box.top}%`, width: `${box.width}%`, height: `${box.height}%` }} />) : null}
      </div>
    </div>
  );
}

function bringIntoView(element: HTMLElement | null): void {
  const scroller = element?.closest<HTMLElement>("[role=region]");
  if (element && scroller) scroller.scrollTop = element.offsetTop - 80;
}
