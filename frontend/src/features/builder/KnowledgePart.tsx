// Which knowledge bases the agent may look things up in, and when it does.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { ErrorState } from "@/components/States";
import { Checkbox } from "@/components/ui/choice";
import { Field, Select } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { useBases } from "@/lib/api/requests/knowledge";
import type { AgentConfig } from "@/lib/api/types";
import type { FormPartProps } from "./fields";
import { NumberInput } from "./NumberInput";
import { Section } from "./Section";
import { useFieldError } from "./use-field-error";

type Knowledge = AgentConfig["knowledge"];

const MOST_BASES = 20;

export function KnowledgePart({ draft, error, edit, workspaceId }: FormPartProps & { workspaceId: string }) {
  const { t } = useTranslation();
  const wrong = useFieldError(error);
  const { knowledge } = draft;
  const change = (update: Partial<Knowledge>): void => edit({ knowledge: { ...knowledge, ...update } });
  return (
    <Section title={t("builder.knowledge")} text={t("builder.knowledgeText")}>
      <Bases chosen={knowledge.bases} workspaceId={workspaceId} onChange={(bases) => change({ bases })} />
      {wrong("knowledge") ? <p role="alert" className="text-[13px] text-danger">{wrong("knowledge")}</p> : null}
      {knowledge.bases.length > 0 ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t("builder.knowledgeMode")} hint={t(`builder.knowledgeHint.${knowledge.mode}`)}>
            {(props) => (
              <Select {...props} value={knowledge.mode} onChange={(event) => change({ mode: event.target.value as Knowledge["mode"] })}>
                <option value="tool">{t("builder.knowledgeModes.tool")}</option>
                <option value="always">{t("builder.knowledgeModes.always")}</option>
              </Select>
            )}
          </Field>
          <Field label={t("builder.knowledgeTopK")} hint={t("builder.knowledgeTopKHint")}>
            {(props) => <NumberInput {...props} min={1} max={50} step={1} value={knowledge.top_k} onNumber={(top_k) => change({ top_k })} />}
          </Field>
        </div>
      ) : null}
    </Section>
  );
}

function Bases({ chosen, workspaceId, onChange }: { chosen: string[]; workspaceId: string; onChange: (bases: string[]) => void }) {
  const { t } = useTranslation();
  const bases = useBases(workspaceId);
  if (bases.isPending) return <Skeleton className="h-16" />;
  if (bases.isError) return <ErrorState error={bases.error} onRetry={() => void bases.refetch()} className="py-4" />;
  const gone = chosen.filter((id) => !bases.data.some((base) => base.id === id));
  if (bases.data.length === 0 && gone.length === 0) return <p className="text-sm text-muted-foreground">{t("builder.noKnowledge")} <Link to="/knowledge" className="text-primary-text underline underline-offset-4">{t("builder.makeKnowledge")}</Link></p>;
  const toggle = (id: string, on: boolean): void => onChange(on ? [...chosen, id] : chosen.filter((one) => one !== id));
  const rows = [...bases.data.map((base) => ({ id: base.id, name: visibleText(base.name), text: visibleText(base.description), gone: false })), ...gone.map((id) => ({ id, name: id, text: "", gone: true }))];
  return (
    <ul className="flex flex-col divide-y">
      {rows.map((row) => (
        <li key={row.id} className="py-1.5">
          <label htmlFor={`base-${row.id}`} className="-mx-2 flex cursor-pointer items-start gap-3 rounded-lg p-2 hover:bg-muted/60">
            <Checkbox id={`base-${row.id}`} className="mt-0.5" aria-label={row.name} disabled={!chosen.includes(row.id) && chosen.length >= MOST_BASES} checked={chosen.includes(row.id)} onCheckedChange={(on) => toggle(row.id, on === true)} />
            <span className="min-w-0 text-sm">
              <span className="block font-medium break-words">{row.name}</span>
              {row.text ? <span className="block text-[13px] text-muted-foreground">{row.text}</span> : null}
              {row.gone ? <span className="block text-[13px] text-warning">{t("builder.knowledgeGone")}</span> : null}
            </span>
          </label>
        </li>
      ))}
    </ul>
  );
}
