// What every part of the builder's form is given.
import type { AgentConfig } from "@/lib/api/types";

export interface FormPartProps {
  draft: AgentConfig;
  error: unknown;
  edit: (change: Partial<AgentConfig>) => void;
}

/** The error's name of a field of the draft: the server may or may not say `draft.` first. */
export function fieldNames(path: string): string[] {
  return [`draft.${path}`, path];
}
