// A run inside the thread: what was thought, said and done, in order, and how it ended.
import { ChevronRight, CircleAlert, RotateCw } from "lucide-react";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Markdown } from "@/components/markdown/Markdown";
import { PlanCard } from "@/components/trace/PlanList";
import { CompactionMark } from "@/components/trace/CompactionMark";
import { SourceList } from "@/components/trace/SourceList";
import { currentPlan, sourcesOf } from "@/components/trace/views";
import { WaitingCalls } from "@/components/trace/WaitingCard";
import { Button } from "@/components/ui/button";
import { codeText } from "@/lib/api/error-text";
import type { Item, RunState, Turn } from "@/lib/api/types";
import { isEnded } from "@/lib/live/runs";
import { CallStep } from "./CallStep";

interface RunViewProps {
  runId: string;
  run: RunState;
  onRetry?: (() => void) | undefined;
}

export function RunView({ runId, run, onRetry }: RunViewProps) {
  const open = !isEnded(run.status);
  const plan = currentPlan(run.items);
  return (
    <div className="flex flex-col gap-3">
      {plan ? <PlanCard steps={plan} /> : null}
      {run.items.map((item, index) => <ItemView key={`${item.kind}-${index}`} item={item} open={open} />)}
      {open && run.status !== "waiting" && isQuiet(run) ? <Thinking queued={run.status === "queued"} /> : null}
      {run.status === "waiting" ? <WaitingCalls runId={runId} calls={run.waiting} sources={sourcesOf(run.items)} /> : null}
      <SourceList items={run.items} />
      <RunEnd run={run} onRetry={onRetry} />
    </div>
  );
}

/** Nothing is being written right now, so a sign of life is due. */
function isQuiet(run: RunState): boolean {
  const last = run.items.at(-1);
  if (!last) return true;
  if (last.kind === "compaction") return true;
  if (last.kind === "call") return last.status === "finished";
  return last.status === "finished" || (last.text === "" && last.reasoning === "");
}

const ItemView = memo(function ItemView({ item, open }: { item: Item; open: boolean }) {
  if (item.kind === "compaction") return <CompactionMark compaction={item} />;
  return item.kind === "call" ? <CallStep call={item} /> : <TurnView turn={item} open={open} />;
});

function TurnView({ turn, open }: { turn: Turn; open: boolean }) {
  const { t } = useTranslation();
  const streaming = open && turn.status === "streaming";
  return (
    <>
      {turn.reasoning ? <Reasoning text={turn.reasoning} thinking={streaming && turn.text === ""} /> : null}
      {turn.text ? <Markdown text={turn.text} streaming={streaming} citations={turn.citations} /> : null}
      {turn.finish_reason === "length" ? <Note>{t("chat.cutOff")}</Note> : null}
      {turn.finish_reason === "interrupted" ? <Note>{t("chat.interrupted")}</Note> : null}
    </>
  );
}

function Reasoning({ text, thinking }: { text: string; thinking: boolean }) {
  const { t } = useTranslation();
  return (
    <details className="group/reason">
      <summary className="flex w-fit cursor-pointer list-none items-center gap-1.5 rounded-md py-1 text-sm text-muted-foreground hover:text-foreground [&::-webkit-details-marker]:hidden">
        <ChevronRight className="size-4 transition-transform group-open/reason:rotate-90" aria-hidden />
        {t(thinking ? "chat.thinking" : "chat.reasoning")}
        {thinking ? <Dots /> : null}
      </summary>
      <div className="mt-1 ml-2 border-l-2 pl-4 text-[0.93em] text-muted-foreground"><Markdown text={text} streaming={thinking} /></div>
    </details>
  );
}

export function Dots() {
  return (
    <span aria-hidden className="inline-flex gap-1">
      {["", "[animation-delay:.2s]", "[animation-delay:.4s]"].map((delay) => <span key={delay} className={`animate-dot size-1.5 rounded-full bg-muted-foreground ${delay}`} />)}
    </span>
  );
}

export function Thinking({ queued }: { queued: boolean }) {
  const { t } = useTranslation();
  return <p className="flex min-h-7 items-center gap-2.5 text-sm text-muted-foreground"><Dots />{t(queued ? "chat.queued" : "chat.working")}</p>;
}

export function Note({ children }: { children: ReactNode }) {
  return <p className="text-sm text-muted-foreground italic">{children}</p>;
}

function RunEnd({ run, onRetry }: Omit<RunViewProps, "runId">) {
  const { t } = useTranslation();
  const retry = onRetry ? <Button variant="outline" size="sm" onClick={onRetry}><RotateCw />{t("chat.retry")}</Button> : null;
  if (run.status === "cancelled") return <div className="flex items-center gap-3"><Note>{t("chat.cancelled")}</Note></div>;
  if (run.status !== "failed") return null;
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 rounded-xl bg-danger-soft px-4 py-3 text-sm">
      <CircleAlert className="size-5 shrink-0 text-danger" aria-hidden />
      <div className="min-w-40 grow">
        <p className="font-medium">{t("chat.failed")}</p>
        <p className="text-muted-foreground">{codeText(run.error?.code ?? "internal", run.error?.message ?? "", t)}</p>
      </div>
      {retry}
    </div>
  );
}
