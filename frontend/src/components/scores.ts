// The scores of passages as lengths of bars, comparable within one search.
import type { Scores } from "@/lib/api/knowledge-types";

export const scoreKinds = ["keyword", "vector", "fused", "rerank"] as const;
export type ScoreKind = (typeof scoreKinds)[number];

export type Tops = Record<ScoreKind, number>;

export function topsOf(all: readonly Scores[]): Tops {
  const top = (kind: ScoreKind): number => Math.max(0, ...all.map((scores) => scores[kind] ?? 0));
  return { keyword: top("keyword"), vector: top("vector"), fused: top("fused"), rerank: top("rerank") };
}

/** 0 to 1; likeness of meaning is at most one by itself, the others are measured at the best that was found. */
export function lengthOf(kind: ScoreKind, value: number, tops: Tops): number {
  const whole = kind === "vector" ? 1 : tops[kind];
  return whole <= 0 ? 0 : Math.min(1, Math.max(0, value / whole));
}

export function figureOf(kind: ScoreKind, value: number): string {
  return value.toFixed(kind === "keyword" ? 2 : 3);
}

/** What is worth a bar: the rerank score only where there was one. */
export function shownKinds(scores: Scores): ScoreKind[] {
  return scoreKinds.filter((kind) => kind !== "rerank" || scores.rerank !== null);
}
