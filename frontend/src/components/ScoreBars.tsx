// The scores of one passage, each with a small bar.
import { useTranslation } from "react-i18next";
import type { Scores } from "@/lib/api/knowledge-types";
import { figureOf, lengthOf, shownKinds, type Tops } from "./scores";

export function ScoreBars({ scores, tops }: { scores: Scores; tops: Tops }) {
  const { t } = useTranslation();
  return (
    <dl className="grid grid-cols-[auto_minmax(2.5rem,1fr)_auto] items-center gap-x-2 gap-y-0.5 text-xs">
      {shownKinds(scores).map((kind) => {
        const value = scores[kind];
        return (
          <div key={kind} className="col-span-3 grid grid-cols-subgrid items-center">
            <dt className="text-muted-foreground" title={t(`score.hint.${kind}`)}>{t(`score.${kind}`)}</dt>
            <span aria-hidden className="h-1.5 overflow-hidden rounded-full bg-muted">
              {value === null ? null : <span className={`block h-full rounded-full ${kind === "fused" || kind === "rerank" ? "bg-primary" : "bg-muted-foreground/60"}`} style={{ width: `${lengthOf(kind, value, tops) * 100}%` }} />}
            </span>
            <dd className="text-right tabular-nums">{value === null ? <span className="text-muted-foreground" title={t("score.none")}>–<span className="sr-only">{t("score.none")}</span></span> : figureOf(kind, value)}</dd>
          </div>
        );
      })}
    </dl>
  );
}
