// Everything about one turn or call of a run.
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { Badge } from "@/components/ui/badge";
import { CallBody } from "@/components/trace/CallBody";
import { CallFiles } from "@/components/trace/CallFiles";
import { CompactionMark } from "@/components/trace/CompactionMark";
import { ProgressLine } from "@/components/trace/ProgressLine";
import { stateOf } from "@/components/trace/views";
import type { Item } from "@/lib/api/types";
import { formatDuration, formatNumber } from "@/lib/format";
import type { Phase } from "./phases";
import { firstTokenDelay } from "./timeline";

/** `waited`: how long a person took to decide of the call, in milliseconds, or null. */
export function ItemDetail({ item, phases, waited }: { item: Item; phases: Phase[]; waited: number | null }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("trace.detail")} className="flex flex-col gap-4 rounded-2xl border bg-surface p-5">
      {phases.length > 0 ? <p className="-mb-2 text-xs font-medium text-primary-text">{phases.map((phase) => t(`phase.${phase}`)).join(" · ")}</p> : null}
      {item.kind === "turn" ? <TurnDetail item={item} /> : null}
      {item.kind === "call" ? <CallDetail item={item} waited={waited} /> : null}
      {item.kind === "compaction" ? <CompactionMark compaction={item} /> : null}
    </section>
  );
}

function TurnDetail({ item }: { item: Extract<Item, { kind: "turn" }> }) {
  const { t } = useTranslation();
  const first = firstTokenDelay(item);
  return (
    <>
      <h2 className="flex items-center gap-2 font-semibold">{t("trace.turn", { turn: item.turn })} {item.finish_reason ? <Badge>{t(`finish.${item.finish_reason}`)}</Badge> : <Badge tone="accent">{t("trace.streaming")}</Badge>}</h2>
      <p className="flex flex-wrap gap-x-5 gap-y-1 text-sm text-muted-foreground">
        {first === null ? null : <span>{t("trace.firstTokenIn", { time: formatDuration(first) })}</span>}
        {item.usage ? <span>{t("trace.tokens", { prompt: formatNumber(item.usage.prompt_tokens), completion: formatNumber(item.usage.completion_tokens) })}</span> : null}
      </p>
      {item.reasoning ? <Block label={t("chat.reasoning")} text={item.reasoning} /> : null}
      {item.text ? <Block label={t("trace.text")} text={item.text} /> : null}
      {item.calls.length > 0 ? <Block label={t("trace.askedFor")} text={item.calls.map((call) => `${call.name}(${call.arguments})`).join("\n")} mono /> : null}
    </>
  );
}

function CallDetail({ item, waited }: { item: Extract<Item, { kind: "call" }>; waited: number | null }) {
  const { t } = useTranslation();
  const state = stateOf(item);
  return (
    <>
      <h2 className="flex flex-wrap items-center gap-2 font-semibold"><span className="min-w-0 font-mono text-[15px] break-words">{visibleText(item.name)}</span> <Badge tone={state === "error" ? "danger" : state === "done" ? "neutral" : "warning"}>{t(`call.${state}`)}</Badge></h2>
      {item.decision ? <p className="text-xs text-muted-foreground">{t(`decision.was.${item.decision}`)}{waited === null ? null : ` ${t("trace.waited", { time: formatDuration(waited) })}`}</p> : null}
      {item.progress ? <div className="-mx-3"><ProgressLine {...item.progress} /></div> : null}
      <CallBody call={item} />
      <CallFiles call={item} />
    </>
  );
}

function Block({ label, text, mono = false }: { label: string; text: string; mono?: boolean }) {
  return (
    <div>
      <h3 className="mb-1 text-xs font-medium text-muted-foreground">{label}</h3>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long text is scrolled by keyboard */}
      <pre tabIndex={0} className={`max-h-80 overflow-auto rounded-lg bg-code p-3 text-[13px] leading-relaxed whitespace-pre-wrap ${mono ? "font-mono" : "font-sans"}`}>{visibleText(text)}</pre>
    </div>
  );
}
