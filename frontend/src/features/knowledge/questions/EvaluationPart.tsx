// How well the indexes of a base answer its test questions, compared, and the switch to the better one.
import { ArrowRightLeft, FlaskConical } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Confirm } from "@/components/Confirm";
import { ErrorState } from "@/components/States";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/api/error-text";
import type { Evaluation, IndexRef, KnowledgeBase, Question } from "@/lib/api/knowledge-types";
import { formatRelative } from "@/lib/format";
import { useEvaluate, useEvaluations } from "../api/evaluations";
import { useActivateIndex, useIndexes } from "../api/indexes";
import { inOrder, isAsked, isRunning, newestOf } from "../comparison";
import { indexName } from "../index-names";
import { failureText } from "../words";
import { MetricTable, type Column } from "./MetricTable";
import { RankChanges } from "./RankChanges";

export function EvaluationPart({ base, questions }: { base: KnowledgeBase; questions: Question[] }) {
  const { t } = useTranslation();
  const indexes = useIndexes(base.id);
  const evaluations = useEvaluations(base.id);
  if (indexes.isPending || evaluations.isPending) return <Skeleton className="h-48" />;
  const failed = indexes.error ?? evaluations.error;
  if (failed && (!indexes.data || !evaluations.data)) return <ErrorState error={failed} onRetry={() => void (indexes.isError ? indexes.refetch() : evaluations.refetch())} className="py-6" />;
  const asked = inOrder(indexes.data?.filter(isAsked) ?? []);
  const all = evaluations.data ?? [];
  const confirmed = questions.filter((one) => one.status === "confirmed").length;
  return (
    <section aria-label={t("knowledge.eval.title")} className="flex flex-col gap-4 rounded-2xl border bg-surface p-4 sm:p-5">
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-48 grow">
          <h2 className="font-semibold">{t("knowledge.eval.title")}</h2>
          <p role="status" className="mt-0.5 text-[13px] text-muted-foreground"><Standing base={base} evaluations={all} confirmed={confirmed} /></p>
        </div>
        {base.can_edit ? <RunButton base={base} indexes={asked} evaluations={all} confirmed={confirmed} /> : null}
      </div>
      <Results base={base} asked={asked} evaluations={all} questions={questions} />
    </section>
  );
}

function Standing({ base, evaluations, confirmed }: { base: KnowledgeBase; evaluations: Evaluation[]; confirmed: number }) {
  const { t } = useTranslation();
  const last = evaluations[0];
  if (isRunning(evaluations)) return t("knowledge.eval.running");
  if (last?.status === "failed" && last.error) return <span className="text-danger">{t("knowledge.eval.failed")} {failureText(last.error, t)}</span>;
  const done = newestOf(evaluations, base.active_index.id);
  if (done) return t("knowledge.eval.done", { count: done.metrics?.questions ?? 0, when: formatRelative(done.created_at) });
  return t(confirmed === 0 ? "knowledge.eval.noQuestions" : "knowledge.eval.never");
}

function RunButton({ base, indexes, evaluations, confirmed }: { base: KnowledgeBase; indexes: IndexRef[]; evaluations: Evaluation[]; confirmed: number }) {
  const { t } = useTranslation();
  const evaluate = useEvaluate(base.id);
  const running = isRunning(evaluations);
  const run = (): void => evaluate.mutate(indexes.slice(0, 3).map((index) => index.id), { onError: (error) => toast.error(errorText(error, t)) });
  return <Button busy={running || evaluate.isPending} disabled={confirmed === 0 || indexes.length === 0} onClick={run}>{running ? null : <FlaskConical />}{t("knowledge.eval.run")}</Button>;
}

function Results({ base, asked, evaluations, questions }: { base: KnowledgeBase; asked: IndexRef[]; evaluations: Evaluation[]; questions: Question[] }) {
  const { t } = useTranslation();
  const columns = asked.flatMap((index): Column[] => {
    const evaluation = newestOf(evaluations, index.id);
    return evaluation ? [{ index, evaluation, name: index.status === "active" ? t("knowledge.eval.active", { name: indexName(index, t) }) : indexName(index, t) }] : [];
  });
  if (columns.length === 0) return null;
  const active = columns.find((one) => one.index.status === "active");
  return (
    <>
      <MetricTable columns={columns} ownMode={base.retrieval.mode} />
      {columns.filter((one) => one !== active).map((other) => (
        <div key={other.index.id} className="flex flex-col gap-3 border-t pt-4">
          {active ? <RankChanges before={active.evaluation} after={other.evaluation} name={other.name} questions={questions} /> : null}
          {base.can_edit ? <SwitchButton base={base} index={other.index} /> : null}
        </div>
      ))}
    </>
  );
}

export function SwitchButton({ base, index }: { base: KnowledgeBase; index: IndexRef }) {
  const { t } = useTranslation();
  const activate = useActivateIndex(base.id);
  const [asking, setAsking] = useState(false);
  const go = (): void => activate.mutate(index.id, { onSuccess: () => toast.success(t("knowledge.index.switched")), onError: (error) => toast.error(errorText(error, t)), onSettled: () => setAsking(false) });
  return (
    <>
      <Button variant="outline" className="self-start" aria-label={t("knowledge.index.switchNamed", { name: indexName(index, t) })} onClick={() => setAsking(true)}><ArrowRightLeft />{t("knowledge.index.switch")}</Button>
      <Confirm open={asking} onOpenChange={setAsking} title={t("knowledge.index.switchTitle")} text={t("knowledge.index.switchText", { name: indexName(index, t) })} action={t("knowledge.index.switch")} busy={activate.isPending} onConfirm={go} />
    </>
  );
}
