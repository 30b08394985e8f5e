// How far one run may go, and who may see the agent.
import { useTranslation } from "react-i18next";
import { Field, Input, Select } from "@/components/ui/input";
import type { AgentConfig, Visibility } from "@/lib/api/types";
import type { FormPartProps } from "./fields";
import { NumberInput } from "./NumberInput";
import { Section } from "./Section";
import { useFieldError } from "./use-field-error";

const limits = { max_tokens: { min: 1, step: 1 }, max_seconds: { min: 1, step: 1 }, max_cost: { min: 0, step: "any" } } as const;

export function LimitsPart({ draft, error, edit }: FormPartProps) {
  const { t } = useTranslation();
  const wrong = useFieldError(error);
  const set = (change: Partial<AgentConfig["budget"]>): void => edit({ budget: { ...draft.budget, ...change } });
  return (
    <Section title={t("builder.limits")} text={t("builder.limitsText")}>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t("builder.maxTurns")} hint={t("builder.maxTurnsHint")} error={wrong("max_turns")}>
          {(props) => <Input {...props} type="number" min={1} max={50} value={draft.max_turns} onChange={(event) => edit({ max_turns: Math.max(1, Math.min(50, Math.round(Number(event.target.value)) || 1)) })} />}
        </Field>
        {(["max_tokens", "max_seconds", "max_cost"] as const).map((limit) => (
          <Field key={limit} label={t(`builder.budget.${limit}`)} hint={t(`builder.budgetHint.${limit}`)} error={wrong(`budget.${limit}`)}>
            {(props) => <NumberInput {...props} {...limits[limit]} placeholder={t("builder.noLimit")} value={draft.budget[limit]} onNumber={(value) => set({ [limit]: value })} />}
          </Field>
        ))}
      </div>
    </Section>
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
