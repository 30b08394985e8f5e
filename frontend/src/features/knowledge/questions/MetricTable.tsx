// The measures of each index in each mode, as figures and as bars on one scale.
import { useTranslation } from "react-i18next";
import type { Evaluation, IndexRef, SearchMode } from "@/lib/api/knowledge-types";
import { measures, metricsOf, modes, type Measure } from "../comparison";

export interface Column {
  index: IndexRef;
  evaluation: Evaluation;
  name: string;
}

const fills = ["bg-primary", "bg-warning", "bg-muted-foreground"];

export function MetricTable({ columns, ownMode }: { columns: Column[]; ownMode: SearchMode }) {
  const { t } = useTranslation();
  const k = columns[0]?.evaluation.metrics?.k ?? 0;
  return (
    <div className="flex flex-col gap-3">
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by keyboard where it is narrow */}
      <div role="region" aria-label={t("knowledge.eval.caption")} tabIndex={0} className="overflow-x-auto">
        <table className="w-full border-collapse sm:min-w-136 text-sm">
          <caption className="sr-only">{t("knowledge.eval.caption")}</caption>
          <thead>
            <tr className="border-b text-left text-xs text-muted-foreground">
              <th scope="col" className="py-2 pr-3 font-medium">{t("knowledge.retrieval.mode")}</th>
              {measures.map((measure) => <th key={measure} scope="col" className="px-2 py-2 font-medium max-sm:px-1 max-sm:text-right max-sm:text-[11px] max-sm:whitespace-nowrap" title={t(`knowledge.measure.hint.${measure}`, { k })}>{t(`knowledge.measure.${measure}`, { k })}</th>)}
            </tr>
          </thead>
          <tbody>
            {modes.map((mode) => (
              <tr key={mode} className="border-b last:border-b-0">
                <th scope="row" className="py-2.5 pr-3 text-left align-top font-medium sm:whitespace-nowrap">{t(`knowledge.mode.${mode}`)}{mode === ownMode ? <span className="block text-xs font-normal text-muted-foreground">{t("knowledge.eval.own")}</span> : null}</th>
                {measures.map((measure) => <td key={measure} className="px-2 py-2.5 align-top max-sm:px-1"><Bars columns={columns} mode={mode} measure={measure} /></td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ul aria-label={t("knowledge.eval.legend")} className="flex flex-col gap-1 text-xs text-muted-foreground">
        {columns.map((column, index) => <li key={column.index.id} className="flex items-start gap-1.5"><span aria-hidden className={`mt-1 size-2.5 shrink-0 rounded-sm ${fills[index] ?? ""}`} />{column.name}</li>)}
      </ul>
    </div>
  );
}

function Bars({ columns, mode, measure }: { columns: Column[]; mode: SearchMode; measure: Measure }) {
  return (
    <span className="flex flex-col gap-1">
      {columns.map((column, index) => {
        const value = metricsOf(column.evaluation, mode)?.[measure];
        return (
          <span key={column.index.id} className="flex items-center gap-2 max-sm:justify-end max-sm:gap-1">
            <span aria-hidden className={`size-2 shrink-0 rounded-sm sm:hidden ${fills[index] ?? ""}`} />
            <span aria-hidden className="h-2 min-w-10 grow overflow-hidden max-sm:hidden rounded-full bg-muted"><span className={`block h-full rounded-full ${fills[index] ?? ""}`} style={{ width: `${(value ?? 0) * 100}%` }} /></span>
            <span className="text-right whitespace-nowrap sm:w-9 text-xs tabular-nums">{columns.length > 1 ? <span className="sr-only">{column.name}: </span> : null}{value === undefined ? "–" : value.toFixed(2)}</span>
          </span>
        );
      })}
    </span>
  );
}
