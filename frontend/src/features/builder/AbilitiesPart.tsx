// What the agent may use, how long it may go on, and who may see it.
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/States";
import { Checkbox } from "@/components/ui/choice";
import { Field, Input, Select } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import type { AgentConfig, Visibility } from "@/lib/api/types";
import { useTools } from "./api/tools";
import type { FormPartProps } from "./fields";
import { Section } from "./Section";
import { useFieldError } from "./use-field-error";

export function ToolsPart({ draft, error, edit }: FormPartProps) {
  const { t } = useTranslation();
  const wrong = useFieldError(error);
  const turns = draft.max_turns;
  return (
    <Section title={t("builder.tools")} text={t("builder.toolsText")}>
      <ToolChoices chosen={draft.tools} onChange={(tools) => edit({ tools })} />
      {wrong("tools") ? <p role="alert" className="text-[13px] text-danger">{wrong("tools")}</p> : null}
      <Field label={t("builder.maxTurns")} hint={t("builder.maxTurnsHint")} error={wrong("max_turns")}>
        {(props) => (
          <Input {...props} type="number" min={1} max={50} className="w-28" value={turns} onChange={(event) => edit({ max_turns: Math.max(1, Math.min(50, Math.round(Number(event.target.value)) || 1)) })} />
        )}
      </Field>
    </Section>
  );
}

function ToolChoices({ chosen, onChange }: { chosen: AgentConfig["tools"]; onChange: (tools: AgentConfig["tools"]) => void }) {
  const { t } = useTranslation();
  const tools = useTools();
  if (tools.isPending) return <Skeleton className="h-24" />;
  if (tools.isError) return <ErrorState error={tools.error} onRetry={() => void tools.refetch()} className="py-4" />;
  if (tools.data.length === 0) return <p className="text-sm text-muted-foreground">{t("builder.noTools")}</p>;
  const names = new Set(chosen.map((tool) => tool.name));
  const gone = chosen.filter((tool) => !tools.data.some((known) => known.name === tool.name));
  const toggle = (name: string, on: boolean): void => onChange(on ? [...chosen, { name, approval: "ask" }] : chosen.filter((tool) => tool.name !== name));
  return (
    <ul className="flex flex-col gap-1">
      {[...tools.data, ...gone.map(({ name }) => ({ name, title: name, description: t("builder.toolGone") }))].map((tool) => (
        <li key={tool.name}>
          <label htmlFor={`tool-${tool.name}`} className="-mx-2 flex cursor-pointer items-start gap-3 rounded-lg p-2 hover:bg-muted/60">
            <Checkbox id={`tool-${tool.name}`} className="mt-0.5" aria-label={tool.title} checked={names.has(tool.name)} onCheckedChange={(on) => toggle(tool.name, on === true)} />
            <span><span className="block text-sm font-medium">{tool.title}</span><span className="block text-[13px] text-muted-foreground">{tool.description}</span></span>
          </label>
        </li>
      ))}
    </ul>
  );
}

export function VisibilityPart({ visibility, onChange }: { visibility: Visibility; onChange: (visibility: Visibility) => void }) {
  const { t } = useTranslation();
  return (
    <Section title={t("builder.sharing")}>
      <Field label={t("builder.visibility")} hint={t(visibility === "private" ? "builder.privateHint" : "builder.sharedHint")}>
        {(props) => (
          <Select {...props} value={visibility} onChange={(event) => onChange(event.target.value as Visibility)}>
            <option value="private">{t("agents.private")}</option>
            <option value="workspace">{t("agents.shared")}</option>
          </Select>
        )}
      </Field>
    </Section>
  );
}
