// One tool call as a compact step: its name, how it went, and inside what was asked and answered.
import { Check, ChevronRight, CircleAlert, CircleHelp, CircleSlash, LoaderCircle } from "lucide-react";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import type { Call } from "@/lib/api/types";
import { formatDuration } from "@/lib/format";

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function stateOf(call: Call): "running" | "done" | "error" | "unknown" | "cancelled" {
  return call.status === "running" ? "running" : (call.outcome ?? "unknown");
}

const icons: Record<ReturnType<typeof stateOf>, ReactNode> = {
  running: <LoaderCircle className="animate-spin" aria-hidden />,
  done: <Check className="text-success" aria-hidden />,
  error: <CircleAlert className="text-danger" aria-hidden />,
  unknown: <CircleHelp className="text-warning" aria-hidden />,
  cancelled: <CircleSlash aria-hidden />,
};

export const CallStep = memo(function CallStep({ call }: { call: Call }) {
  const { t } = useTranslation();
  const state = stateOf(call);
  return (
    <details className="group/step max-w-full rounded-xl border bg-surface text-sm open:shadow-sm" data-testid="tool-call">
      <summary className="flex min-h-9 cursor-pointer list-none items-center gap-2 rounded-xl px-3 py-1.5 hover:bg-muted/60 [&_svg]:size-4 [&_svg]:shrink-0 [&::-webkit-details-marker]:hidden">
        {icons[state]}
        <span className="truncate font-mono text-[13px]">{visibleText(call.name)}</span>
        <span className="shrink-0 text-xs text-muted-foreground">{t(`call.${state}`)}</span>
        {call.finished_ms ? <span className="ml-auto shrink-0 text-xs text-muted-foreground tabular-nums">{formatDuration(call.finished_ms - call.started_ms)}</span> : null}
        <ChevronRight className="text-muted-foreground transition-transform group-open/step:rotate-90 [&:only-of-type]:ml-auto" aria-hidden />
      </summary>
      <div className="flex flex-col gap-3 border-t p-3">
        <CallText label={t("call.arguments")} text={prettyJson(call.arguments)} />
        {call.output === null ? null : <CallText label={t(state === "error" ? "call.errorOutput" : "call.result")} text={call.output} />}
      </div>
    </details>
  );
});

function CallText({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <p className="mb-1 text-xs font-medium text-muted-foreground">{label}</p>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long output is scrolled by keyboard */}
      <pre tabIndex={0} className="max-h-72 overflow-auto rounded-lg bg-code p-2.5 font-mono text-xs leading-relaxed whitespace-pre-wrap">{visibleText(text)}</pre>
    </div>
  );
}
