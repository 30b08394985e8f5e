// Asks a person whether a call may happen, or for the result of a call that is made elsewhere.
import { Check, Hourglass, ShieldQuestion } from "lucide-react";
import { useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/lib/api/error-text";
import { useAnswerCall, type CallAnswer } from "@/lib/api/requests/decide-call";
import type { Source, WaitingCall } from "@/lib/api/types";
import { CodeBlock } from "../markdown/CodeBlock";
import { visibleText } from "../markdown/text";
import { Button } from "../ui/button";
import { useFocusKept } from "../ui/focus";
import { Checkbox } from "../ui/choice";
import { Field, Input, Textarea } from "../ui/input";
import { hostName, Pre, WebLink } from "./parts";
import { argumentsOf, prettyJson, readAsked } from "./views";

/** `sources`: what the run has found so far, so that a page is asked for by its name and not by its number. */
export function WaitingCalls({ runId, calls, sources }: { runId: string; calls: WaitingCall[]; sources: Source[] }) {
  const { t } = useTranslation();
  const place = useFocusKept<HTMLElement>();
  if (calls.length === 0) return null;
  return (
    <section ref={place} aria-label={t("waiting.title")} data-waiting tabIndex={-1} className="flex flex-col gap-3 rounded-2xl">
      {calls.map((call) => <WaitingCard key={call.call_id} runId={runId} call={call} sources={sources} />)}
    </section>
  );
}

/** Brings the first card that waits into view and the focus to it; false when none is drawn. */
export function focusWaiting(): boolean {
  const cards = document.querySelector<HTMLElement>("[data-waiting]");
  cards?.focus();
  return cards !== null;
}

function WaitingCard({ runId, call, sources }: { runId: string; call: WaitingCall; sources: Source[] }) {
  const { t } = useTranslation();
  const answer = useAnswerCall(runId, call.call_id);
  const heading = useId();
  const approval = call.waits_for === "approval";
  const props = { busy: answer.isPending, error: answer.error ? errorText(answer.error, t) : null, onAnswer: (one: CallAnswer) => answer.mutate(one) };
  return (
    <div role="group" aria-labelledby={heading} className="rounded-2xl border border-warning/60 bg-surface p-4 shadow-sm">
      <p id={heading} className="flex items-start gap-2 text-sm font-medium [&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-warning">
        {approval ? <ShieldQuestion aria-hidden /> : <Hourglass aria-hidden />}
        <span>{approval ? t(`waiting.may.${readAsked(call).kind}`, { name: visibleText(call.name) }) : t("waiting.result", { name: visibleText(call.name) })}</span>
      </p>
      <Arguments call={call} />
      {call.name === "browser_click" ? <Pages call={call} sources={sources} /> : null}
      {answer.isSuccess ? <p role="status" className="mt-3 flex items-center gap-2 text-sm text-muted-foreground"><Check className="size-4" aria-hidden />{t("waiting.sent")}</p> : null}
      {!answer.isSuccess && approval ? <ApprovalForm {...props} /> : null}
      {!answer.isSuccess && !approval ? <ResultForm {...props} /> : null}
    </div>
  );
}

function Arguments({ call }: { call: WaitingCall }) {
  const { t } = useTranslation();
  const entries = Object.entries(argumentsOf(call));
  const asked = readAsked(call);
  if (asked.kind === "python" && asked.code) return <div className="mt-3"><CodeBlock code={asked.code} language="python" complete /></div>;
  return (
    <div className="mt-3 flex flex-col gap-2 text-sm">
      {entries.length === 0 ? <p className="text-muted-foreground">{t("waiting.noArguments")}</p> : (
        <dl className="grid max-h-72 overflow-auto rounded-lg border text-[13px] sm:grid-cols-[minmax(5rem,auto)_1fr]">
          {entries.map(([name, value]) => <Argument key={name} name={name}>{readable(value)}</Argument>)}
        </dl>
      )}
      <details><summary className="w-fit cursor-pointer rounded text-xs text-muted-foreground hover:text-foreground">{t("waiting.raw")}</summary><div className="mt-1.5"><Pre text={prettyJson(call.arguments)} /></div></details>
    </div>
  );
}

/** The pages behind the numbers of a click, where they are known. */
function Pages({ call, sources }: { call: WaitingCall; sources: Source[] }) {
  const { ids } = argumentsOf(call);
  const wanted = new Set<unknown>(Array.isArray(ids) ? ids : [ids]);
  const known = new Map(sources.filter((source) => wanted.has(source.number)).map((source) => [source.number, source]));
  if (known.size === 0) return null;
  return (
    <ul className="mt-2 flex flex-col gap-1 text-sm">
      {[...known.values()].map((source) => <li key={source.number} className="min-w-0 break-words"><span className="mr-2 text-xs text-muted-foreground tabular-nums">{source.number}</span><WebLink url={source.url}>{visibleText(source.title || source.url)}</WebLink> <span className="text-xs text-muted-foreground">{hostName(source.url)}</span></li>)}
    </ul>
  );
}

const SHORT = 80;

function readable(value: unknown): string {
  if (typeof value === "string") return visibleText(value);
  const line = JSON.stringify(value);
  return line.length > SHORT ? JSON.stringify(value, null, 2) : line;
}

function Argument({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="px-3 pt-2 font-mono text-xs text-muted-foreground sm:py-2 [&:not(:first-of-type)]:border-t">{visibleText(name)}</dt>
      <dd className="px-3 pb-2 whitespace-pre-wrap sm:py-2 sm:[&:not(:first-of-type)]:border-t">{children}</dd>
    </>
  );
}

interface FormProps {
  busy: boolean;
  error: string | null;
  onAnswer: (answer: CallAnswer) => void;
}

function ApprovalForm({ busy, error, onAnswer }: FormProps) {
  const { t } = useTranslation();
  const place = useFocusKept<HTMLFormElement>();
  const [note, setNote] = useState("");
  const [chosen, setChosen] = useState<"approve" | "deny" | null>(null);
  const decide = (decision: "approve" | "deny"): void => {
    setChosen(decision);
    onAnswer({ decision, note: note.trim() });
  };
  return (
    <form ref={place} onSubmit={(event) => event.preventDefault()} className="mt-3 flex flex-col gap-3">
      <Input aria-label={t("waiting.note")} placeholder={t("waiting.note")} value={note} maxLength={2000} onChange={(event) => setNote(event.target.value)} />
      {error ? <p role="alert" className="text-sm text-danger">{error}</p> : null}
      <div className="flex flex-wrap gap-2">
        <Button busy={busy && chosen === "approve"} disabled={busy && chosen !== "approve"} onClick={() => decide("approve")}>{t("waiting.allow")}</Button>
        <Button variant="outline" busy={busy && chosen === "deny"} disabled={busy && chosen !== "deny"} onClick={() => decide("deny")}>{t("waiting.deny")}</Button>
      </div>
    </form>
  );
}

function ResultForm({ busy, error, onAnswer }: FormProps) {
  const { t } = useTranslation();
  const place = useFocusKept<HTMLFormElement>();
  const [output, setOutput] = useState("");
  const [failed, setFailed] = useState(false);
  return (
    <form ref={place} onSubmit={(event) => { event.preventDefault(); onAnswer({ output, failed }); }} className="mt-3 flex flex-col gap-3">
      <Field label={t("waiting.output")} hint={t("waiting.outputHint")} error={error}>
        {(props) => <Textarea {...props} className="font-mono" rows={3} required value={output} onChange={(event) => setOutput(event.target.value)} />}
      </Field>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <label className="flex items-center gap-2 text-sm"><Checkbox checked={failed} onCheckedChange={(on) => setFailed(on === true)} />{t("waiting.failed")}</label>
        <Button type="submit" busy={busy} disabled={output.trim() === ""}>{t("waiting.send")}</Button>
      </div>
    </form>
  );
}
