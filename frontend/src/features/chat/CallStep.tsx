// One tool call as a compact step: what was done, how it went, and inside what was asked and answered.
import { ChevronRight, CircleAlert, CircleHelp, CircleSlash, LoaderCircle, ShieldX } from "lucide-react";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { callIcon, callTitle } from "@/components/trace/call-title";
import { CallBody } from "@/components/trace/CallBody";
import { CallFiles } from "@/components/trace/CallFiles";
import { ProgressLine } from "@/components/trace/ProgressLine";
import { stateOf, type CallState } from "@/components/trace/views";
import type { Call } from "@/lib/api/types";
import { formatDuration } from "@/lib/format";

const icons: Record<CallState, ReactNode> = {
  running: <LoaderCircle className="animate-spin" aria-hidden />,
  done: null,
  error: <CircleAlert className="text-danger" aria-hidden />,
  unknown: <CircleHelp className="text-warning" aria-hidden />,
  cancelled: <CircleSlash aria-hidden />,
  denied: <ShieldX className="text-warning" aria-hidden />,
};

export const CallStep = memo(function CallStep({ call }: { call: Call }) {
  const { t } = useTranslation();
  const state = stateOf(call);
  const { title, about } = callTitle(call, t);
  return (
    <div className="group/call flex flex-col gap-2">
      <div className="max-w-full rounded-xl border bg-surface text-sm">
        <details className="group/step" data-testid="tool-call">
          <summary className="flex min-h-9 cursor-pointer list-none items-center gap-2 rounded-xl px-3 py-1.5 hover:bg-muted/60 [&_svg]:size-4 [&_svg]:shrink-0 [&::-webkit-details-marker]:hidden">
            <span className="text-muted-foreground">{icons[state] ?? callIcon(call)}</span>
            <span className="max-w-[60%] shrink-0 truncate font-medium">{title}</span>
            {about ? <span className="min-w-0 truncate text-muted-foreground">{visibleText(about)}</span> : null}
            <span className={state === "done" ? "sr-only" : "shrink-0 text-xs text-muted-foreground"}>{t(`call.${state}`)}</span>
            <span className="ml-auto shrink-0 text-xs text-muted-foreground tabular-nums">{call.finished_ms ? formatDuration(call.finished_ms - call.started_ms) : null}</span>
            <ChevronRight className="text-muted-foreground transition-transform group-open/step:rotate-90" aria-hidden />
          </summary>
          <div className="flex flex-col gap-3 border-t p-3">
            {call.decision ? <p className="text-xs text-muted-foreground">{t(`decision.was.${call.decision}`)}</p> : null}
            <CallBody call={call} />
          </div>
        </details>
        {call.progress ? <ProgressLine {...call.progress} /> : null}
      </div>
      <CallFiles call={call} hiddenWhenOpen="group-has-[details[open]]/call:hidden" />
    </div>
  );
});
