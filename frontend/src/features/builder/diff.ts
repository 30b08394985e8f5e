// What differs between two configurations, field by field.
import type { AgentConfig } from "@/lib/api/types";

export interface FieldChange {
  field: keyof AgentConfig;
  before: string;
  after: string;
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value, null, 2);
}

export function diffConfigs(before: AgentConfig, after: AgentConfig): FieldChange[] {
  const fields = Object.keys(after) as (keyof AgentConfig)[];
  return fields
    .map((field) => ({ field, before: asText(before[field]), after: asText(after[field]) }))
    .filter((change) => change.before !== change.after);
}
