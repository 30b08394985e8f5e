// The agent's plan as a checklist that ticks off.
import { Circle, CircleCheck, CircleDot } from "lucide-react";
import { useTranslation } from "react-i18next";
import { visibleText } from "../markdown/text";
import type { PlanStep } from "./views";

const icons = { pending: <Circle aria-hidden />, in_progress: <CircleDot className="text-primary-text" aria-hidden />, done: <CircleCheck className="text-success" aria-hidden /> };

export function PlanList({ steps }: { steps: PlanStep[] }) {
  const { t } = useTranslation();
  return (
    <ol className="flex flex-col gap-1.5">
      {steps.map((step, index) => (
        <li key={index} className={`flex items-start gap-2 text-sm [&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0 ${step.status === "done" ? "text-muted-foreground" : ""} ${step.status === "in_progress" ? "font-medium" : ""}`}>
          {icons[step.status]}<span className="sr-only">{t(`plan.${step.status}`)}: </span><span className="min-w-0">{visibleText(step.text)}</span>
        </li>
      ))}
    </ol>
  );
}

/** At the head of a reply. */
export function PlanCard({ steps }: { steps: PlanStep[] }) {
  const { t } = useTranslation();
  const done = steps.filter((step) => step.status === "done").length;
  return (
    <section aria-label={t("plan.title")} className="rounded-xl border bg-surface px-4 py-3">
      <p className="mb-2 flex justify-between text-xs font-medium text-muted-foreground"><span>{t("plan.title")}</span><span className="tabular-nums">{t("plan.progress", { done, all: steps.length })}</span></p>
      <PlanList steps={steps} />
    </section>
  );
}
