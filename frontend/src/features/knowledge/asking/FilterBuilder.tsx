// Conditions on the fields of documents, joined by all or any.
import { Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/components/ui/button";
import { Input, Select } from "@/components/ui/input";
import type { FieldType, FilterOp, MetadataField } from "@/lib/api/knowledge-types";
import { isWhole, opsOf, starting, type Condition, type FilterForm } from "../filters";

interface BuilderProps {
  fields: MetadataField[];
  form: FilterForm;
  onChange: (form: FilterForm) => void;
  error: string | null;
}

const MOST_CONDITIONS = 20;

export function FilterBuilder({ fields, form, onChange, error }: BuilderProps) {
  const { t } = useTranslation();
  const [first] = fields;
  if (!first) return null;
  const { conditions } = form;
  const add = (): void => {
    const key = Math.max(0, ...conditions.map((one) => one.key)) + 1;
    onChange({ ...form, conditions: [...conditions, { key, field: first.name, op: opsOf[first.type][0] ?? "eq", value: starting[first.type], negated: false }] });
  };
  const change = (key: number, update: Partial<Condition>): void => onChange({ ...form, conditions: conditions.map((one) => (one.key === key ? { ...one, ...update } : one)) });
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">{t("knowledge.filter.title")}</legend>
      {conditions.length > 1 ? (
        <Select aria-label={t("knowledge.filter.join")} className="w-56 max-w-full" value={form.join} onChange={(event) => onChange({ ...form, join: event.target.value === "or" ? "or" : "and" })}>
          <option value="and">{t("knowledge.filter.and")}</option>
          <option value="or">{t("knowledge.filter.or")}</option>
        </Select>
      ) : null}
      {conditions.map((condition, index) => (
        <ConditionRow key={condition.key} number={index + 1} condition={condition} fields={fields} onChange={(update) => change(condition.key, update)} onRemove={() => onChange({ ...form, conditions: conditions.filter((one) => one.key !== condition.key) })} />
      ))}
      {error ? <p role="alert" className="text-[13px] text-danger">{error}</p> : null}
      {conditions.length < MOST_CONDITIONS ? <Button variant="ghost" size="sm" className="self-start" onClick={add}><Plus />{t("knowledge.filter.add")}</Button> : null}
    </fieldset>
  );
}

interface RowProps {
  number: number;
  condition: Condition;
  fields: MetadataField[];
  onChange: (update: Partial<Condition>) => void;
  onRemove: () => void;
}

function ConditionRow({ number, condition, fields, onChange, onRemove }: RowProps) {
  const { t } = useTranslation();
  const type: FieldType = fields.find((field) => field.name === condition.field)?.type ?? "text";
  const pick = (name: string): void => {
    const next = fields.find((field) => field.name === name)?.type ?? "text";
    onChange({ field: name, op: opsOf[next][0] ?? "eq", value: starting[next] });
  };
  const of = (part: string): string => t("knowledge.filter.part", { part, number });
  return (
    <div role="group" aria-label={t("knowledge.filter.number", { number })} className="flex flex-wrap items-center gap-2">
      <Select aria-label={of(t("knowledge.filter.field"))} className="min-w-32 grow sm:max-w-48" value={condition.field} onChange={(event) => pick(event.target.value)}>
        {fields.map((field) => <option key={field.name} value={field.name}>{field.name}</option>)}
      </Select>
      <Select aria-label={of(t("knowledge.filter.negation"))} className="w-24" value={condition.negated ? "not" : ""} onChange={(event) => onChange({ negated: event.target.value === "not" })}>
        <option value="">{t("knowledge.filter.is")}</option>
        <option value="not">{t("knowledge.filter.isNot")}</option>
      </Select>
      <Select aria-label={of(t("knowledge.filter.op"))} className="min-w-32 grow sm:max-w-44" value={condition.op} onChange={(event) => onChange({ op: event.target.value as FilterOp })}>
        {opsOf[type].map((op) => <option key={op} value={op}>{t(`knowledge.filter.ops.${op}`)}</option>)}
      </Select>
      <ValueInput label={of(t("knowledge.filter.value"))} type={type} condition={condition} onChange={(value) => onChange({ value })} />
      <IconButton label={t("knowledge.filter.remove", { number })} onClick={onRemove}><X /></IconButton>
    </div>
  );
}

function ValueInput({ label, type, condition, onChange }: { label: string; type: FieldType; condition: Condition; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const shared = { "aria-label": label, value: condition.value };
  if (type === "boolean") {
    return (
      <Select {...shared} className="min-w-32 grow" onChange={(event) => onChange(event.target.value)}>
        <option value="true">{t("common.yes")}</option>
        <option value="false">{t("common.no")}</option>
      </Select>
    );
  }
  const several = condition.op === "in";
  return <span className="min-w-32 grow"><Input {...shared} type={several || type === "text" || type === "list" ? "text" : type} step="any" placeholder={several ? t("knowledge.filter.several") : undefined} aria-invalid={condition.value !== "" && !isWhole(condition, type)} onChange={(event) => onChange(event.target.value)} /></span>;
}
