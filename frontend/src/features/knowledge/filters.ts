// The filter that a person puts together, and what the server is told of it.
import type { FieldType, Filter, FilterOp, MetadataField } from "@/lib/api/knowledge-types";

export interface Condition {
  key: number;
  field: string;
  op: FilterOp;
  /** As it was typed: of several values one a comma. */
  value: string;
  negated: boolean;
}

export interface FilterForm {
  join: "and" | "or";
  conditions: Condition[];
}

export const noFilter: FilterForm = { join: "and", conditions: [] };

export const opsOf: Record<FieldType, FilterOp[]> = {
  text: ["contains", "eq", "in"],
  number: ["eq", "gte", "lte", "gt", "lt", "in"],
  date: ["gte", "lte", "eq", "gt", "lt", "in"],
  boolean: ["eq"],
  list: ["contains", "in"],
};

export const starting: Record<FieldType, string> = { text: "", number: "", date: "", boolean: "true", list: "" };

function one(text: string, type: FieldType): unknown {
  if (type === "boolean") return text === "true";
  if (type === "number") return Number(text);
  return text.trim();
}

const several = (text: string): string[] => text.split(/[,，、;；]/).map((part) => part.trim()).filter(Boolean);

/** Whether a condition says enough to be asked. */
export function isWhole(condition: Condition, type: FieldType): boolean {
  const values = condition.op === "in" ? several(condition.value) : [condition.value.trim()];
  if (values.length === 0 || values.includes("")) return false;
  return type !== "number" || values.every((value) => Number.isFinite(Number(value)));
}

function said(condition: Condition, type: FieldType): Filter {
  const value = condition.op === "in" ? several(condition.value).map((part) => one(part, type)) : one(condition.value, type);
  const plain: Filter = { field: condition.field, op: condition.op, value };
  return condition.negated ? { not: plain } : plain;
}

/** Conditions that are not whole yet are left out; null where none is left. */
export function filterOf(form: FilterForm, fields: readonly MetadataField[]): Filter | null {
  const types = new Map(fields.map((field) => [field.name, field.type]));
  const parts = form.conditions.flatMap((condition) => {
    const type = types.get(condition.field);
    return type && isWhole(condition, type) ? [said(condition, type)] : [];
  });
  const [first] = parts;
  if (!first) return null;
  if (parts.length === 1) return first;
  return form.join === "and" ? { and: parts } : { or: parts };
}
