// GET /runs/{id}/events: the journal of a run, read as server-sent events to its end.
import { useEffect, useState } from "react";
import type { RunEvent } from "@/lib/events.gen";

async function* readEvents(response: Response): AsyncGenerator<RunEvent> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  while (reader) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (buffer + value.replaceAll("\r", "")).split("\n\n");
    buffer = parts.pop() ?? "";
    for (const part of parts) {
      const data = part.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim()).join("\n");
      if (data) yield JSON.parse(data) as RunEvent;
    }
  }
}

export interface Journal {
  events: RunEvent[];
  error: boolean;
  complete: boolean;
}

/** The events so far; asked for only when `wanted`. */
export function useRunEvents(runId: string, wanted: boolean): Journal {
  const [journal, setJournal] = useState<Journal>({ events: [], error: false, complete: false });
  useEffect(() => {
    if (!wanted) return undefined;
    const abort = new AbortController();
    const events: RunEvent[] = [];
    const show = (more: Partial<Journal>): void => setJournal({ events: [...events], error: false, complete: false, ...more });
    const read = async (): Promise<void> => {
      const response = await fetch(`/api/v1/runs/${runId}/events?after=0`, { signal: abort.signal, headers: { Accept: "text/event-stream" } });
      if (!response.ok) throw new Error(response.statusText);
      const timer = setInterval(() => show({}), 250);
      try {
        for await (const event of readEvents(response)) events.push(event);
      } finally {
        clearInterval(timer);
      }
      show({ complete: true });
    };
    read().catch(() => {
      if (!abort.signal.aborted) show({ error: true });
    });
    return () => abort.abort();
  }, [runId, wanted]);
  return journal;
}
