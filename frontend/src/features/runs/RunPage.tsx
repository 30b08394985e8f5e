// The trace of a run: what happened, in which order, and where the time and the tokens went.
import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/States";
import { PlanCard } from "@/components/trace/PlanList";
import { currentPlan, sourcesOf } from "@/components/trace/views";
import { WaitingCalls } from "@/components/trace/WaitingCard";
import { Badge, type BadgeTone } from "@/components/ui/badge";
import { Skeleton } from "@/components/ui/skeleton";
import { codeText } from "@/lib/api/error-text";
import { useRun } from "@/lib/api/requests/run";
import type { Run, RunState, RunStatus } from "@/lib/api/types";
import { formatCost, formatDate, formatDuration, formatLength, formatNumber } from "@/lib/format";
import { useRunState } from "@/lib/live/context";
import { isEnded } from "@/lib/live/runs";
import { EventList } from "./EventList";
import { ItemDetail } from "./ItemDetail";
import { PhaseStrip, useContextLength } from "./PhaseStrip";
import { phasesOf } from "./phases";
import { firstTokenDelay, longestContext, makeTimeline, tokenCount, waitedFor } from "./timeline";
import { TimelineChart } from "./TimelineChart";

export function RunPage({ runId }: { runId: string }) {
  const run = useRun(runId);
  if (run.isPending) return <div className="mx-auto w-full max-w-4xl p-8"><Skeleton className="h-64" /></div>;
  if (run.isError) return <ErrorState error={run.error} onRetry={() => void run.refetch()} />;
  return <Trace run={run.data} />;
}

/** The clock, ticking only while there is something to wait for. */
function useNow(ticking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 200);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}

function Trace({ run }: { run: Run }) {
  const { t } = useTranslation();
  const state = useRunState(run) ?? run;
  const now = useNow(!isEnded(state.status));
  const timeline = makeTimeline(state, now);
  const [selected, setSelected] = useState<string | null>(null);
  const item = (timeline.bars.find((bar) => bar.key === selected) ?? timeline.bars.at(-1))?.item;
  const plan = currentPlan(state.items);
  return (
    <div className="mx-auto flex w-full max-w-4xl flex-col gap-5 px-4 py-6 max-lg:pt-14 sm:px-8 sm:py-10">
      <header>
        <Link to="/c/$conversationId" params={{ conversationId: run.conversation_id }} className="inline-flex items-center gap-1.5 text-sm text-muted-foreground hover:text-foreground">
          <ArrowLeft className="size-4" aria-hidden />{t("trace.back")}
        </Link>
        <h1 className="mt-3 flex flex-wrap items-center gap-3 text-2xl font-semibold tracking-tight">{t("trace.title")} <RunBadge status={state.status} /></h1>
      </header>
      {state.error ? <p role="alert" className="rounded-xl bg-danger-soft px-4 py-3 text-sm">{codeText(state.error.code, state.error.message, t)}</p> : null}
      {state.status === "waiting" ? <WaitingCalls runId={run.id} calls={state.waiting} sources={sourcesOf(state.items)} /> : null}
      <Facts run={run} state={state} now={now} />
      <PhaseStrip run={state} customized={run.agent_version !== null} />
      {plan ? <PlanCard steps={plan} /> : null}
      {timeline.bars.length > 0 ? <TimelineChart timeline={timeline} waiting={state.waiting} selected={item ? (selected ?? timeline.bars.at(-1)?.key ?? null) : null} onSelect={setSelected} /> : null}
      {item ? <ItemDetail item={item} phases={phasesOf(state.items, state.items.indexOf(item))} waited={waitedFor(state.items, item)} /> : null}
      <EventList runId={run.id} />
    </div>
  );
}

const tones: Record<RunStatus, BadgeTone> = { queued: "neutral", running: "accent", waiting: "warning", finished: "accent", failed: "danger", cancelled: "warning" };

function RunBadge({ status }: { status: RunStatus }) {
  const { t } = useTranslation();
  return <span role="status" className="inline-flex"><Badge tone={tones[status]}>{t(`runStatus.${status}`)}</Badge></span>;
}

function Facts({ run, state, now }: { run: Run; state: RunState; now: number }) {
  const { t } = useTranslation();
  const started = run.started_at ? new Date(run.started_at).getTime() : null;
  const ended = run.ended_at ? new Date(run.ended_at).getTime() : null;
  const end = ended ?? (isEnded(state.status) ? Math.max(0, ...state.items.map((item) => item.finished_ms ?? 0)) || now : now);
  const tokens = tokenCount(state);
  const turn = state.items.find((item) => item.kind === "turn");
  const first = turn?.kind === "turn" ? firstTokenDelay(turn) : null;
  const context = useContextLength(state.model || run.model);
  const version = run.agent_version?.number ?? null;
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-4 rounded-2xl border bg-surface p-5 text-sm sm:grid-cols-4">
      <Fact label={t("trace.duration")}>{started === null ? "—" : formatDuration(Math.max(0, end - started))}</Fact>
      <Fact label={t("trace.firstToken")}>{first === null ? "—" : formatDuration(first)}</Fact>
      <Fact label={t("trace.promptTokens")}>{formatNumber(tokens.prompt)}</Fact>
      <Fact label={t("trace.completionTokens")}>{formatNumber(tokens.completion)}</Fact>
      <Fact label={t("trace.attempt")}>{Math.max(1, state.attempt)}</Fact>
      <Fact label={t("trace.version")}>{version === null ? t("trace.draftVersion") : t("trace.versionNumber", { number: version })}</Fact>
      {context === null ? null : <Fact label={t("trace.contextUsed")}>{t("trace.contextOf", { used: formatLength(longestContext(state.items)), length: formatLength(context) })}</Fact>}
      <Fact label={t("trace.model")}>{state.model || run.model || "—"}</Fact>
      {run.cost === null ? null : <Fact label={t("trace.cost")}>{formatCost(run.cost)}</Fact>}
      <Fact label={t("trace.queuedAt")}>{formatDate(run.queued_at)}</Fact>
    </dl>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return <div className="min-w-0"><dt className="text-xs text-muted-foreground">{label}</dt><dd className="mt-0.5 font-medium break-words tabular-nums">{children}</dd></div>;
}
