// Where the time of a run went: one bar per turn and call on a common axis.
import { useTranslation } from "react-i18next";
import type { WaitingCall } from "@/lib/api/types";
import { formatDuration } from "@/lib/format";
import { firstTokenDelay, type Bar, type Timeline } from "./timeline";

interface TimelineChartProps {
  timeline: Timeline;
  /** What still waits for a person, drawn below. */
  waiting: WaitingCall[];
  selected: string | null;
  onSelect: (key: string) => void;
}

const HATCHED = "bg-[repeating-linear-gradient(135deg,var(--warning)_0_2px,transparent_2px_6px)] opacity-70";

export function TimelineChart({ timeline, waiting, selected, onSelect }: TimelineChartProps) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("trace.timeline")} className="rounded-2xl border bg-surface p-3 sm:p-5">
      <ol className="flex flex-col gap-0.5">
        {timeline.bars.map((bar) => (
          <li key={bar.key}>
            <BarRow bar={bar} active={bar.key === selected} onSelect={() => onSelect(bar.key)} />
          </li>
        ))}
        {waiting.map((call) => (
          <li key={call.call_id} className="flex items-center gap-2 px-1 py-1.5 text-sm max-sm:flex-wrap">
            <span className="w-33 shrink-0 truncate pl-3 font-mono text-[13px] max-sm:grow">{call.name}</span>
            <span className={`h-4 grow rounded ${HATCHED} max-sm:order-last max-sm:w-full max-sm:grow-0`} aria-hidden />
            <span className="w-20 shrink-0 text-right text-xs text-muted-foreground">{t("runStatus.waiting")}</span>
          </li>
        ))}
      </ol>
      <div className="mt-3 mr-[5.75rem] ml-[9rem] flex justify-between border-t pt-1.5 text-xs text-muted-foreground tabular-nums max-sm:mx-0" aria-hidden>
        <span>0</span>
        <span>{formatDuration(timeline.total_ms / 2)}</span>
        <span>{formatDuration(timeline.total_ms)}</span>
      </div>
      <p className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-xs text-muted-foreground">
        <Legend className="bg-primary/35" text={t("trace.waiting")} />
        <Legend className="bg-primary" text={t("trace.writing")} />
        <Legend className="bg-warning/70" text={t("trace.tool")} />
        {waiting.length > 0 || timeline.bars.some((bar) => bar.asked !== null) ? <Legend className={HATCHED} text={t("trace.decision")} /> : null}
      </p>
    </section>
  );
}

function Legend({ className, text }: { className: string; text: string }) {
  return <span className="inline-flex items-center gap-1.5"><span aria-hidden className={`size-2.5 rounded-sm ${className}`} />{text}</span>;
}

function BarRow({ bar, active, onSelect }: { bar: Bar; active: boolean; onSelect: () => void }) {
  const { t } = useTranslation();
  const { item } = bar;
  const name = item.kind === "turn" ? t("trace.turn", { turn: item.turn }) : item.kind === "call" ? item.name : t("trace.compaction");
  const first = item.kind === "turn" ? firstTokenDelay(item) : null;
  return (
    <button type="button" aria-pressed={active} onClick={onSelect} className="flex w-full items-center gap-2 rounded-lg px-1 py-1.5 text-left text-sm hover:bg-muted/70 aria-pressed:bg-muted max-sm:flex-wrap">
      <span className={`w-33 shrink-0 truncate max-sm:grow ${item.kind === "call" ? "pl-3 font-mono text-[13px]" : ""} ${item.kind === "turn" ? "font-medium" : ""}`}>{name}</span>
      <span className="relative h-5 min-w-0 grow overflow-hidden rounded bg-muted/60 max-sm:order-last max-sm:w-full max-sm:grow-0">
        {bar.asked === null ? null : <span className={`absolute inset-y-1.5 rounded ${HATCHED}`} style={{ left: `${bar.asked * 100}%`, width: `${Math.max(0, bar.start - bar.asked) * 100}%` }} />}
        <span
          className={`absolute inset-y-0.5 flex min-w-1 overflow-hidden rounded ${item.kind === "turn" ? "bg-primary" : item.kind === "call" ? "bg-warning/70" : "bg-muted-foreground"}`}
          style={{ left: `${bar.start * 100}%`, width: `${Math.max(0.4, bar.width * 100)}%` }}
        >
          <span className="bg-surface/65" style={{ width: `${bar.waiting * 100}%` }} />
        </span>
      </span>
      <span className="w-20 shrink-0 text-right text-xs text-muted-foreground tabular-nums" title={first === null ? undefined : t("trace.firstTokenIn", { time: formatDuration(first) })}>
        {item.kind === "compaction" ? null : formatDuration(bar.duration_ms)}
      </span>
    </button>
  );
}
