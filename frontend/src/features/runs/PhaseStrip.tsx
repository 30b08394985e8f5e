// What kinds of steps a run took, at a glance.
import { useTranslation } from "react-i18next";
import { Badge } from "@/components/ui/badge";
import { useModels } from "@/lib/api/requests/models";
import type { RunState } from "@/lib/api/types";
import { countPhases, type Phase } from "./phases";

const LONG_CONTEXT = 128_000;

function useLongContext(name: string): boolean {
  const models = useModels();
  return models.data?.some((model) => model.name === name && (model.context_length ?? 0) >= LONG_CONTEXT) ?? false;
}

export function PhaseStrip({ run, customized }: { run: RunState; customized: boolean }) {
  const { t } = useTranslation();
  const long = useLongContext(run.model);
  const given: Phase[] = [...(customized ? (["customized"] as const) : []), ...(long ? (["context"] as const) : [])];
  const counted = countPhases(run.items);
  return (
    <ul aria-label={t("phase.list")} className="flex flex-wrap gap-1.5">
      {given.map((phase) => <li key={phase}><Badge tone="accent">{t(`phase.${phase}`)}</Badge></li>)}
      {counted.map(([phase, count]) => <li key={phase}><Badge>{t(`phase.${phase}`)}{count > 1 ? <span className="tabular-nums">×{count}</span> : null}</Badge></li>)}
    </ul>
  );
}
