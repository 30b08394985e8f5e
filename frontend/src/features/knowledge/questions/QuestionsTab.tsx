// The questions by which a base is measured: written, drafted and confirmed, and what came of them.
import { ClipboardList, Plus } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState, StateMessage } from "@/components/States";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import type { KnowledgeBase, Question } from "@/lib/api/knowledge-types";
import { useEvaluations } from "../api/evaluations";
import { useQuestions } from "../api/questions";
import { newestOf } from "../comparison";
import { DraftButton } from "./DraftButton";
import { EvaluationPart } from "./EvaluationPart";
import { QuestionDialog } from "./QuestionDialog";
import { QuestionRow } from "./QuestionRow";

export function QuestionsTab({ base }: { base: KnowledgeBase }) {
  const drafting = useDrafting();
  const questions = useQuestions(base.id, drafting.expected !== null);
  const drafts = questions.data?.filter((one) => one.status === "draft").length ?? 0;
  const { reached } = drafting;
  useEffect(() => reached(drafts), [reached, drafts]);
  if (questions.isPending) return <div className="flex flex-col gap-3"><Skeleton className="h-40" /><Skeleton className="h-16" /></div>;
  if (questions.isError && !questions.data) return <ErrorState error={questions.error} onRetry={() => void questions.refetch()} />;
  return (
    <div className="flex flex-col gap-8">
      {questions.data.length > 0 ? <EvaluationPart base={base} questions={questions.data} /> : null}
      <QuestionList base={base} questions={questions.data} drafting={drafting.expected !== null} onDrafting={(count) => drafting.begin(drafts + count)} />
    </div>
  );
}

const LONGEST_DRAFTING_MS = 180_000;

/** The model says nothing while it drafts: one looks until as many have come as were asked for, or a while has passed. */
function useDrafting() {
  const [expected, setExpected] = useState<number | null>(null);
  const [reached] = useState(() => (drafts: number): void => setExpected((now) => (now !== null && drafts >= now ? null : now)));
  useEffect(() => {
    if (expected === null) return undefined;
    const timer = setTimeout(() => setExpected(null), LONGEST_DRAFTING_MS);
    return () => clearTimeout(timer);
  }, [expected]);
  return { expected, begin: setExpected, reached };
}

interface ListProps {
  base: KnowledgeBase;
  questions: Question[];
  drafting: boolean;
  onDrafting: (count: number) => void;
}

function QuestionList({ base, questions, drafting, onDrafting }: ListProps) {
  const { t } = useTranslation();
  const [writing, setWriting] = useState<Question | "new" | null>(null);
  const evaluations = useEvaluations(base.id);
  const results = new Map(newestOf(evaluations.data ?? [], base.active_index.id)?.results.map((one) => [one.question_id, one.rank]));
  const groups = [["draft", questions.filter((one) => one.status === "draft")], ["confirmed", questions.filter((one) => one.status === "confirmed")]] as const;
  const buttons = base.can_edit ? <><Button onClick={() => setWriting("new")}><Plus />{t("knowledge.question.new")}</Button><DraftButton baseId={base.id} drafting={drafting} onDrafting={onDrafting} /></> : null;
  return (
    <section aria-label={t("knowledge.section.questions")} className="flex flex-col gap-4">
      {questions.length === 0 ? <StateMessage icon={<ClipboardList />} title={t("knowledge.question.empty")} text={t("knowledge.question.emptyText")}>{buttons}</StateMessage> : <div className="flex flex-wrap gap-2">{buttons}</div>}
      {drafting ? <p role="status" className="text-sm text-muted-foreground">{t("knowledge.question.drafting")}</p> : null}
      {groups.map(([status, some]) => some.length > 0 ? (
        <div key={status}>
          <h2 className="mb-2 text-sm font-medium">{t(`knowledge.question.group.${status}`)} <span className="text-muted-foreground tabular-nums">{some.length}</span></h2>
          <ul className="divide-y rounded-2xl border bg-surface">{some.map((one) => <QuestionRow key={one.id} question={one} rank={results.get(one.id)} editable={base.can_edit} onEdit={() => setWriting(one)} />)}</ul>
        </div>
      ) : null)}
      {writing ? <QuestionDialog key={writing === "new" ? "new" : writing.id} base={base} question={writing === "new" ? null : writing} open onOpenChange={(open) => { if (!open) setWriting(null); }} /> : null}
    </section>
  );
}
