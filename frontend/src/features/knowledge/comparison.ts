// How indexes did on the test questions, side by side.
import type { Evaluation, IndexRef, Metrics, SearchMode } from "@/lib/api/knowledge-types";

export const measures = ["recall_at_1", "recall_at_k", "mrr", "ndcg"] as const;
export type Measure = (typeof measures)[number];
export const modes: SearchMode[] = ["hybrid", "vector", "keyword"];

/** The newest evaluation of each index that has an end. */
export function newestOf(evaluations: readonly Evaluation[], indexId: string): Evaluation | null {
  const own = evaluations.filter((one) => one.index_id === indexId && one.status === "done");
  return own.reduce<Evaluation | null>((newest, one) => (newest === null || one.created_at > newest.created_at ? one : newest), null);
}

export function isRunning(evaluations: readonly Evaluation[], indexId?: string): boolean {
  return evaluations.some((one) => one.status === "running" && (indexId === undefined || one.index_id === indexId));
}

export function metricsOf(evaluation: Evaluation | null, mode: SearchMode): Metrics | null {
  return evaluation?.by_mode[mode] ?? null;
}

export interface Change {
  questionId: string;
  before: number | null;
  after: number | null;
}

/** Questions whose first right passage stands elsewhere now: the worse ones first, the farthest first. */
export function changesBetween(before: Evaluation, after: Evaluation): Change[] {
  const old = new Map(before.results.map((one) => [one.question_id, one.rank]));
  const rows = after.results.flatMap(({ question_id: questionId, rank }): Change[] => {
    const was = old.get(questionId);
    return was === undefined || was === rank ? [] : [{ questionId, before: was, after: rank }];
  });
  return rows.sort((a, b) => gain(a) - gain(b));
}

const NOWHERE = 1000;

export function gain({ before, after }: Change): number {
  return (before ?? NOWHERE) - (after ?? NOWHERE);
}

/** The active one first, then the newest. */
export function inOrder(indexes: readonly IndexRef[]): IndexRef[] {
  const weight = (index: IndexRef): number => (index.status === "active" ? 0 : 1);
  return [...indexes].sort((a, b) => weight(a) - weight(b) || b.created_at.localeCompare(a.created_at));
}

export function isAsked(index: IndexRef): boolean {
  return index.status === "active" || index.status === "ready";
}
