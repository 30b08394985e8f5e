// What kinds of steps a run took, at a glance.
import { useTranslation } from "react-i18next";
import { Badge } from "@/components/ui/badge";
import { useModels } from "@/lib/api/requests/models";
import type { RunState } from "@/lib/api/types";
import { countPhases, type Phase } from "./phases";

const LONG_CONTEXT = 128_000;

/** How much the model of a run can read, in tokens; null where nobody knows. */
export function useContextLength(name: string): number | null {
  const models = useModels();
  return models.data?.find((model) => model.name === name || model.model === name)?.context_length ?? null;
}

export function PhaseStrip({ run, customized }: { run: RunState; customized: boolean }) {
  const { t } = useTranslation();
  const long = (useContextLength(run.model) ?? 0) >= LONG_CONTEXT;
  const given: Phase[] = [...(customized ? (["customized"] as const) : []), ...(long ? (["context"] as const) : [])];
  const counted = countPhases(run.items);
  return (
    <ul aria-label={t("phase.list")} className="flex flex-wrap gap-1.5">
      {given.map((phase) => <li key={phase}><Badge tone="accent">{t(`phase.${phase}`)}</Badge></li>)}
      {counted.map(([phase, count]) => <li key={phase}><Badge>{t(`phase.${phase}`)}{count > 1 ? <span className="tabular-nums">×{count}</span> : null}</Badge></li>)}
    </ul>
  );
}
