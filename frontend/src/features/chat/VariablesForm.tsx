// The details an agent asks for before a conversation starts.
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Switch } from "@/components/ui/choice";
import { Field, Input, Select } from "@/components/ui/input";
import type { Variable, Variables, VariableValue } from "@/lib/api/types";

export function startValues(variables: Variable[]): Variables {
  return Object.fromEntries(variables.map((variable) => [variable.key, variable.default ?? (variable.type === "boolean" ? false : null)]));
}

export function missingVariables(variables: Variable[], values: Variables): Variable[] {
  return variables.filter((variable) => variable.required && (values[variable.key] ?? "") === "");
}

interface VariablesFormProps {
  variables: Variable[];
  values: Variables;
  onSave: (values: Variables) => void;
}

export function VariablesForm({ variables, values, onSave }: VariablesFormProps) {
  const { t } = useTranslation();
  const [form, setForm] = useState<Variables>({ ...startValues(variables), ...values });
  const [tried, setTried] = useState(false);
  const missing = new Set(missingVariables(variables, form).map((variable) => variable.key));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (missing.size === 0) onSave(form);
  };
  return (
    <form onSubmit={submit} noValidate aria-label={t("chat.details")} className="flex flex-col gap-4 rounded-2xl border bg-surface p-5">
      <p className="text-sm text-muted-foreground">{t("chat.detailsText")}</p>
      {variables.map((variable) => (
        <Field key={variable.key} label={variable.label || variable.key} optional={variable.required ? undefined : t("common.optional")} error={tried && missing.has(variable.key) ? t("error.required") : null}>
          {(props) => <VariableInput {...props} variable={variable} value={form[variable.key] ?? null} onChange={(value) => setForm({ ...form, [variable.key]: value })} />}
        </Field>
      ))}
      <Button type="submit" className="self-start">{t("chat.start")}</Button>
    </form>
  );
}

interface VariableInputProps {
  id?: string;
  variable: Variable;
  value: VariableValue;
  onChange: (value: VariableValue) => void;
}

export function VariableInput({ variable, value, onChange, ...props }: VariableInputProps) {
  const { t } = useTranslation();
  if (variable.type === "boolean") return <Switch {...props} checked={value === true} onCheckedChange={onChange} />;
  if (variable.type === "select") {
    return (
      <Select {...props} value={String(value ?? "")} onChange={(event) => onChange(event.target.value || null)}>
        <option value="">{t("common.choose")}</option>
        {variable.options.map((option) => <option key={option}>{option}</option>)}
      </Select>
    );
  }
  if (variable.type === "number") {
    return <Input {...props} type="number" step="any" value={value === null ? "" : String(value)} onChange={(event) => onChange(event.target.value === "" ? null : Number(event.target.value))} />;
  }
  return <Input {...props} value={String(value ?? "")} onChange={(event) => onChange(event.target.value || null)} />;
}
