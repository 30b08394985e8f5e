// Asks the base a question as an agent would, and shows what is found with its scores.
import { SearchX } from "lucide-react";
import { useEffect, useRef, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { topsOf } from "@/components/scores";
import { ErrorState, StateMessage } from "@/components/States";
import { Skeleton } from "@/components/ui/skeleton";
import { isApiError } from "@/lib/api/errors";
import { errorText, fieldError } from "@/lib/api/error-text";
import type { Findings, KnowledgeBase, Passage } from "@/lib/api/knowledge-types";
import { formatNumber } from "@/lib/format";
import { useSearch } from "../api/search";
import { QuestionDialog } from "../questions/QuestionDialog";
import { goldOf } from "../questions/gold";
import { PassageCard } from "./PassageCard";
import { SearchForm } from "./SearchForm";
import { askedOf, startOf } from "./search-form";

export function TryTab({ base }: { base: KnowledgeBase }) {
  const { t } = useTranslation();
  const [form, setForm] = useState(() => startOf(base));
  const search = useSearch();
  const [keeping, setKeeping] = useState<Passage | null>(null);
  const refused = isApiError(search.error) && search.error.status === 422 ? search.error : null;
  return (
    <div className="flex flex-col gap-6">
      <SearchForm base={base} form={form} onChange={setForm} busy={search.isPending} error={search.error} onAsk={() => search.mutate(askedOf(form, base))} />
      {search.isPending ? <div className="flex flex-col gap-3"><Skeleton className="h-32" /><Skeleton className="h-32" /></div> : null}
      {search.isError && !refused ? <ErrorState error={search.error} onRetry={() => search.mutate(askedOf(form, base))} /> : null}
      {refused && !["filter", "query"].some((field) => fieldError(refused, field, t)) ? <p role="alert" className="text-sm text-danger">{errorText(refused, t)}</p> : null}
      {search.isSuccess ? <Found found={search.data} {...(base.can_edit ? { onKeep: setKeeping } : {})} /> : null}
      {keeping && search.data ? <QuestionDialog base={base} question={null} start={{ text: search.data.query, gold: [goldOf(keeping)] }} open onOpenChange={(open) => { if (!open) setKeeping(null); }} /> : null}
    </div>
  );
}

const LEAST_SEEN_PX = 160;

/** On a small screen what was found lies below the form, and is brought into view. */
function useBroughtIntoView(found: Findings): RefObject<HTMLElement | null> {
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element && element.getBoundingClientRect().top > window.innerHeight - LEAST_SEEN_PX) element.scrollIntoView({ block: "start" });
  }, [found]);
  return place;
}

function Found({ found, onKeep }: { found: Findings; onKeep?: (passage: Passage) => void }) {
  const { t } = useTranslation();
  const { passages, ms, notes } = found;
  const place = useBroughtIntoView(found);
  const tops = topsOf(passages.map((one) => one.scores));
  const times = (["embed", "search", "rerank"] as const).filter((step) => step !== "rerank" || ms.rerank > 0).map((step) => t(`knowledge.try.ms.${step}`, { ms: formatNumber(ms[step]) }));
  return (
    <section ref={place} aria-label={t("knowledge.try.found")} className="flex scroll-mt-14 flex-col gap-3">
      <p role="status" className="flex flex-wrap gap-x-3 text-[13px] text-muted-foreground"><span className="font-medium text-foreground">{t("knowledge.try.count", { count: passages.length })}</span><span>{t("knowledge.try.ms.total", { ms: formatNumber(ms.total) })} ({times.join(" · ")})</span></p>
      {notes.map((note, index) => <p key={index} className="rounded-lg bg-warning-soft px-3 py-2 text-sm">{visibleText(note)}</p>)}
      {passages.length === 0 ? <StateMessage icon={<SearchX />} title={t("knowledge.try.nothing")} text={t("knowledge.try.nothingText")} className="py-10" /> : null}
      <ol className="flex flex-col gap-3">
        {passages.map((passage, index) => <PassageCard key={passage.chunk_id} number={index + 1} passage={passage} tops={tops} {...(onKeep ? { onKeep: () => onKeep(passage) } : {})} />)}
      </ol>
    </section>
  );
}
