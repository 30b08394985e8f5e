// What was found in knowledge bases, each passage with its scores.
import { useTranslation } from "react-i18next";
import { DocumentLink } from "../DocumentLink";
import { visibleText } from "../markdown/text";
import { ScoreBars } from "../ScoreBars";
import { topsOf } from "../scores";
import type { CallView } from "./views";

/** `done`: the search has an answer, be it an empty one. */
export function KnowledgeView({ view, done }: { view: Extract<CallView, { kind: "knowledge" }>; done: boolean }) {
  const { t } = useTranslation();
  const { passages, notes, query } = view;
  if (passages.length === 0 && !done) return <p className="text-sm">{visibleText(query)}</p>;
  const tops = topsOf(passages.map((one) => one.scores));
  return (
    <>
      {notes.map((note, index) => <p key={index} className="rounded-lg bg-warning-soft px-3 py-2 text-[13px]">{visibleText(note)}</p>)}
      {passages.length === 0 ? <p className="text-sm text-muted-foreground">{t("knowledgeView.nothing")}</p> : null}
      <ol className="flex flex-col gap-4">
        {passages.map((one, index) => (
          <li key={index} className="flex flex-wrap gap-x-4 gap-y-2 text-sm">
            <span className="mt-0.5 min-w-5 shrink-0 text-xs text-muted-foreground tabular-nums">{one.number ?? index + 1}</span>
            <div className="min-w-0 grow basis-52">
              <DocumentLink documentId={one.documentId} chunkId={one.chunkId} quote={one.text}>{visibleText(one.name)}</DocumentLink>
              {one.page === null ? null : <span className="ml-2 text-xs text-muted-foreground">{t("knowledgeView.page", { page: one.page })}</span>}
              <p dir="auto" className="mt-0.5 line-clamp-4 text-[13px] whitespace-pre-wrap">{visibleText(one.text)}</p>
            </div>
            <div className="w-full sm:w-48"><ScoreBars scores={one.scores} tops={tops} /></div>
          </li>
        ))}
      </ol>
    </>
  );
}
