// The raw events of a run, as the journal has them; withdrawn turns stay visible here.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import type { RunEvent } from "@/lib/events.gen";
import { formatDuration } from "@/lib/format";
import { useRunEvents } from "./api/run-events";

const FIRST_SHOWN = 200;

export function EventList({ runId }: { runId: string }) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState(false);
  return (
    <details className="rounded-2xl border bg-surface" onToggle={(event) => setWanted(event.currentTarget.open)}>
      <summary className="cursor-pointer rounded-2xl px-5 py-4 font-semibold">{t("trace.events")}</summary>
      <div className="border-t p-3">{wanted ? <Events runId={runId} /> : null}</div>
    </details>
  );
}

function Events({ runId }: { runId: string }) {
  const { t } = useTranslation();
  const { events, error, complete } = useRunEvents(runId, true);
  const [shown, setShown] = useState(FIRST_SHOWN);
  const start = events[0]?.at_ms ?? 0;
  if (error) return <p role="alert" className="p-2 text-sm text-muted-foreground">{t("trace.eventsFailed")}</p>;
  if (events.length === 0) return complete ? <p className="p-2 text-sm text-muted-foreground">{t("trace.noEvents")}</p> : <Skeleton className="h-24" />;
  return (
    <>
      <ol className="flex flex-col font-mono text-xs">
        {events.slice(0, shown).map((event) => <EventRow key={event.seq} event={event} start={start} />)}
      </ol>
      {events.length > shown ? <Button variant="ghost" size="sm" onClick={() => setShown(shown + 1000)}>{t("trace.moreEvents", { count: events.length - shown })}</Button> : null}
    </>
  );
}

function EventRow({ event, start }: { event: RunEvent; start: number }) {
  const { seq, type, at_ms: at, ...rest } = event;
  return (
    <li className={`flex gap-3 rounded px-2 py-0.5 ${type === "turn_withdrawn" ? "bg-warning-soft" : ""}`}>
      <span className="w-9 shrink-0 text-right text-muted-foreground tabular-nums">{seq}</span>
      <span className="w-16 shrink-0 text-right text-muted-foreground tabular-nums">+{formatDuration(at - start)}</span>
      <span className="w-32 shrink-0">{type}</span>
      <span className="min-w-0 grow truncate text-muted-foreground" title={JSON.stringify(rest)}>{JSON.stringify(rest)}</span>
    </li>
  );
}
