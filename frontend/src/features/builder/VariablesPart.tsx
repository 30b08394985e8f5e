// Details the agent asks for before a conversation, usable in its texts as {{key}}.
import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/choice";
import { Field, Input, Select, Textarea } from "@/components/ui/input";
import type { Variable, VariableType } from "@/lib/api/types";
import type { FormPartProps } from "./fields";
import { Section } from "./Section";
import { useFieldError } from "./use-field-error";

const types: VariableType[] = ["text", "number", "boolean", "select"];

function freshVariable(taken: Variable[]): Variable {
  let number = taken.length + 1;
  while (taken.some((variable) => variable.key === `detail_${number}`)) number += 1;
  return { key: `detail_${number}`, label: "", type: "text", required: false, default: null, options: [] };
}

export function VariablesPart({ draft, error, edit }: FormPartProps) {
  const { t } = useTranslation();
  const wrong = useFieldError(error);
  const { variables } = draft;
  return (
    <Section title={t("builder.variables")} text={t("builder.variablesText")}>
      {variables.map((variable, index) => (
        <VariableRow
          key={index}
          variable={variable}
          error={wrong(`variables.${index}`)}
          onChange={(next) => edit({ variables: variables.map((old, at) => (at === index ? next : old)) })}
          onRemove={() => edit({ variables: variables.filter((_, at) => at !== index) })}
        />
      ))}
      {variables.length === 0 && wrong("variables") ? <p role="alert" className="text-[13px] text-danger">{wrong("variables")}</p> : null}
      <Button variant="ghost" size="sm" className="self-start" onClick={() => edit({ variables: [...variables, freshVariable(variables)] })}><Plus />{t("builder.addVariable")}</Button>
    </Section>
  );
}

interface VariableRowProps {
  variable: Variable;
  error: string | null;
  onChange: (variable: Variable) => void;
  onRemove: () => void;
}

function VariableRow({ variable, error, onChange, onRemove }: VariableRowProps) {
  const { t } = useTranslation();
  const retype = (type: VariableType): void => onChange({ ...variable, type, default: null, options: type === "select" ? [t("builder.firstOption")] : [] });
  return (
    <div role="group" aria-label={variable.label || variable.key} className="flex flex-col gap-3 rounded-xl border bg-surface p-4">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t("builder.variableLabel")}>
          {(props) => <Input {...props} value={variable.label} onChange={(event) => onChange({ ...variable, label: event.target.value })} />}
        </Field>
        <Field label={t("builder.variableKey")} error={error}>
          {(props) => <Input {...props} className="font-mono" value={variable.key} onChange={(event) => onChange({ ...variable, key: event.target.value.replace(/[^A-Za-z0-9_]/g, "_") })} />}
        </Field>
        <Field label={t("builder.variableType")}>
          {(props) => (
            <Select {...props} value={variable.type} onChange={(event) => retype(event.target.value as VariableType)}>
              {types.map((type) => <option key={type} value={type}>{t(`variableType.${type}`)}</option>)}
            </Select>
          )}
        </Field>
        <DefaultField variable={variable} onChange={onChange} />
      </div>
      {variable.type === "select" ? (
        <Field label={t("builder.options")} hint={t("builder.optionsHint")}>
          {(props) => <Textarea {...props} rows={3} value={variable.options.join("\n")} onChange={(event) => onChange({ ...variable, options: event.target.value.split("\n") })} />}
        </Field>
      ) : null}
      <div className="flex items-center justify-between">
        <label className="flex items-center gap-2 text-sm">
          <Checkbox checked={variable.required} onCheckedChange={(checked) => onChange({ ...variable, required: checked === true })} />{t("builder.required")}
        </label>
        <IconButton label={t("builder.removeVariable", { name: variable.label || variable.key })} onClick={onRemove}><Trash2 /></IconButton>
      </div>
    </div>
  );
}

function DefaultField({ variable, onChange }: Pick<VariableRowProps, "variable" | "onChange">) {
  const { t } = useTranslation();
  const value = variable.default === null ? "" : String(variable.default);
  const set = (text: string): void => {
    if (text === "") onChange({ ...variable, default: null });
    else if (variable.type === "number") onChange({ ...variable, default: Number(text) });
    else onChange({ ...variable, default: variable.type === "boolean" ? text === "true" : text });
  };
  const choices = variable.type === "boolean" ? ["true", "false"] : variable.options;
  return (
    <Field label={t("builder.default")} optional={t("common.optional")}>
      {(props) => variable.type === "boolean" || variable.type === "select" ? (
        <Select {...props} value={value} onChange={(event) => set(event.target.value)}>
          <option value="" />
          {choices.map((choice) => <option key={choice} value={choice}>{variable.type === "boolean" ? t(choice === "true" ? "common.yes" : "common.no") : choice}</option>)}
        </Select>
      ) : (
        <Input {...props} type={variable.type === "number" ? "number" : "text"} value={value} onChange={(event) => set(event.target.value)} />
      )}
    </Field>
  );
}
