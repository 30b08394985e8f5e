// Which questions another index answers better, and which worse.
import { TrendingDown, TrendingUp } from "lucide-react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import type { Evaluation, Question } from "@/lib/api/knowledge-types";
import { changesBetween, gain, measures } from "../comparison";

interface ChangesProps {
  before: Evaluation;
  after: Evaluation;
  name: string;
  questions: Question[];
}

const MOST_SHOWN = 30;

export function RankChanges({ before, after, name, questions }: ChangesProps) {
  const { t } = useTranslation();
  const changes = changesBetween(before, after);
  const texts = new Map(questions.map((one) => [one.id, one.text]));
  const better = changes.filter((one) => gain(one) > 0).length;
  const place = (rank: number | null): string => (rank === null ? t("knowledge.question.notFound") : t("knowledge.question.rank", { rank }));
  return (
    <div className="flex flex-col gap-2 text-sm">
      <h3 className="font-medium">{t("knowledge.eval.against", { name })}</h3>
      <p className="flex flex-wrap gap-x-4 text-[13px]"><Differences before={before} after={after} /></p>
      {changes.length === 0 ? <p className="text-[13px] text-muted-foreground">{t("knowledge.eval.same")}</p> : (
        <details>
          <summary className="w-fit cursor-pointer rounded text-[13px] text-muted-foreground">{t("knowledge.eval.better", { count: better })} · {t("knowledge.eval.worse", { count: changes.length - better })}</summary>
          <ul className="mt-2 flex flex-col gap-1.5">
            {changes.slice(0, MOST_SHOWN).map((one) => (
              <li key={one.questionId} className="flex flex-wrap items-baseline gap-x-2 text-[13px]">
                {gain(one) > 0 ? <TrendingUp className="size-3.5 self-center text-success" aria-hidden /> : <TrendingDown className="size-3.5 self-center text-danger" aria-hidden />}
                <span className="min-w-0 break-words">{visibleText(texts.get(one.questionId) ?? "")}</span>
                <span className="text-muted-foreground">{place(one.before)} → {place(one.after)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function Differences({ before, after }: { before: Evaluation; after: Evaluation }) {
  const { t } = useTranslation();
  const [old, next] = [before.metrics, after.metrics];
  if (!old || !next) return null;
  return measures.map((measure) => {
    const difference = next[measure] - old[measure];
    const sign = difference > 0 ? "+" : difference < 0 ? "−" : "±";
    return <span key={measure}>{t(`knowledge.measure.${measure}`, { k: next.k })} <span className={`font-medium tabular-nums ${difference > 0.0005 ? "text-success" : difference < -0.0005 ? "text-danger" : "text-muted-foreground"}`}>{sign}{Math.abs(difference).toFixed(3)}</span></span>;
  });
}
