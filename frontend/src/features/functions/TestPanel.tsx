// Tries the code as it stands: arguments in, result, prints or the failing line out.
import { Play } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Labelled, Pre } from "@/components/trace/parts";
import { prettyJson } from "@/components/trace/views";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Field, Textarea } from "@/components/ui/input";
import { errorText } from "@/lib/api/error-text";
import type { JsonSchema } from "@/lib/api/types";
import { formatDuration } from "@/lib/format";
import type { FunctionInput } from "./api/function";
import { useTestFunction, type TrialOutcome } from "./api/test-function";
import { parametersOf } from "./SignaturePreview";

const samples: Record<string, unknown> = { string: "", integer: 1, number: 1, boolean: false, array: [], object: {} };

/** Arguments to begin with: every required one, with an empty value of its type. */
export function sampleArguments(parameters: JsonSchema | null): string {
  const wanted = parameters ? parametersOf(parameters).filter((one) => one.required) : [];
  return JSON.stringify(Object.fromEntries(wanted.map((one) => [one.name, samples[one.type] ?? null])), null, 2);
}

function readArguments(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

interface TestPanelProps {
  form: FunctionInput;
  parameters: JsonSchema | null;
  workspaceId: string;
  /** The line that failed, or null. */
  onLine: (line: number | null) => void;
}

export function TestPanel({ form, parameters, workspaceId, onLine }: TestPanelProps) {
  const { t } = useTranslation();
  const [written, setWritten] = useState<string | null>(null);
  const text = written ?? sampleArguments(parameters);
  const trial = useTestFunction();
  const values = readArguments(text);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (values) trial.mutate({ code: form.code, arguments: values, secret_names: form.secret_names, workspace_id: workspaceId }, { onSuccess: (outcome) => onLine(outcome.line) });
  };
  return (
    <section aria-label={t("functions.test")} className="rounded-2xl border bg-surface p-4">
      <h2 className="mb-2 text-sm font-semibold">{t("functions.test")}</h2>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Field label={t("functions.arguments")} hint={t("functions.argumentsHint")} error={values ? null : t("functions.notJson")}>
          {(props) => <Textarea {...props} rows={4} spellCheck={false} className="font-mono" value={text} onChange={(event) => setWritten(event.target.value)} />}
        </Field>
        <Button type="submit" variant="outline" busy={trial.isPending} disabled={!values} className="self-start">{trial.isPending ? null : <Play />}{t("functions.run")}</Button>
      </form>
      <div aria-live="polite" className="mt-3 flex flex-col gap-3 empty:hidden">
        {trial.error ? <p className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">{errorText(trial.error, t)}</p> : null}
        {trial.data ? <Outcome outcome={trial.data} /> : null}
      </div>
    </section>
  );
}

function Outcome({ outcome }: { outcome: TrialOutcome }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="flex flex-wrap items-center gap-2 text-sm"><Badge tone={outcome.ok ? "accent" : "danger"}>{t(outcome.ok ? "call.done" : "call.error")}</Badge><span className="text-xs text-muted-foreground tabular-nums">{formatDuration(outcome.ms)}</span></p>
      {outcome.ok ? <Labelled label={t("call.result")}><Pre text={prettyJson(outcome.output ?? "null")} /></Labelled> : <Labelled label={t("call.errorOutput")}><Pre danger text={[outcome.line === null ? "" : t("functions.line", { line: outcome.line }), outcome.error].filter(Boolean).join(" ")} /></Labelled>}
      {outcome.printed ? <Labelled label={t("functions.printed")}><Pre text={outcome.printed} /></Labelled> : null}
    </>
  );
}
