// Which model answers, and how it is asked.
import { useTranslation } from "react-i18next";
import { Field, Select } from "@/components/ui/input";
import { useModels } from "@/lib/api/requests/models";
import type { AgentConfig, Model } from "@/lib/api/types";
import type { FormPartProps } from "./fields";
import { NumberInput } from "./NumberInput";
import { Section } from "./Section";
import { useFieldError } from "./use-field-error";

type Parameter = "temperature" | "top_p" | "max_tokens";

export function ModelPart({ draft, error, edit }: FormPartProps) {
  const { t } = useTranslation();
  const wrong = useFieldError(error);
  const models = useModels();
  const standard = models.data?.find((model) => model.is_default);
  const chosen = models.data?.find((model) => (draft.model.id === null ? model.is_default : model.id === draft.model.id));
  const set = (change: Partial<AgentConfig["model"]>): void => edit({ model: { ...draft.model, ...change } });
  return (
    <Section title={t("builder.model")} text={t("builder.modelText")}>
      <Field label={t("builder.modelChoice")} error={wrong("model.id")} hint={models.isError ? t("builder.modelsFailed") : undefined}>
        {(props) => (
          <Select {...props} value={draft.model.id ?? ""} onChange={(event) => set({ id: event.target.value || null })}>
            <option value="">{standard ? t("builder.defaultModelNamed", { name: standard.name }) : t("builder.defaultModel")}</option>
            {models.data?.map((model) => <option key={model.id} value={model.id}>{model.name}{troubles(model).map((trouble) => ` (${t(trouble)})`).join("")}</option>)}
          </Select>
        )}
      </Field>
      {chosen && cannotCall(chosen) ? (
        <p role="status" className="rounded-lg bg-warning-soft px-3 py-2 text-[13px]">{t(hasTools(draft) ? "builder.cannotCallTools" : "builder.cannotCallText", { name: chosen.name })}</p>
      ) : null}
      <div className="grid gap-4 sm:grid-cols-3">
        {(["temperature", "top_p", "max_tokens"] as const).map((parameter) => (
          <NumberField key={parameter} parameter={parameter} value={draft.model[parameter]} error={wrong(`model.${parameter}`)} onChange={(value) => set({ [parameter]: value })} />
        ))}
      </div>
    </Section>
  );
}

function cannotCall(model: Model): boolean {
  return model.self_test.some((one) => one.check === "call" && one.outcome === "failed");
}

function troubles(model: Model): ("models.status.failed" | "builder.cannotCall")[] {
  return [...(model.status === "failed" ? (["models.status.failed"] as const) : []), ...(cannotCall(model) ? (["builder.cannotCall"] as const) : [])];
}

function hasTools(draft: AgentConfig): boolean {
  return draft.tools.length > 0 || draft.functions.length > 0 || draft.memory;
}

const limits: Record<Parameter, { min: number; max?: number; step: number }> = {
  temperature: { min: 0, max: 2, step: 0.1 },
  top_p: { min: 0, max: 1, step: 0.05 },
  max_tokens: { min: 1, step: 1 },
};

interface NumberFieldProps {
  parameter: Parameter;
  value: number | null;
  error: string | null;
  onChange: (value: number | null) => void;
}

function NumberField({ parameter, value, error, onChange }: NumberFieldProps) {
  const { t } = useTranslation();
  return (
    <Field label={t(`builder.${parameter}`)} error={error}>
      {(props) => <NumberInput {...props} {...limits[parameter]} placeholder={t("builder.modelDefault")} value={value} onNumber={onChange} />}
    </Field>
  );
}
