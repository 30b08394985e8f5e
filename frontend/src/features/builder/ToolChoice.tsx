// One thing the agent may use, with when a person has to allow it.
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Checkbox } from "@/components/ui/choice";
import { Select } from "@/components/ui/input";
import type { Approval } from "@/lib/api/types";

const approvals: Approval[] = ["never", "ask", "always"];

interface ToolChoiceProps {
  id: string;
  title: string;
  text: string;
  /** Why it cannot be used, or null. */
  problem: string | null;
  marks?: ReactNode;
  approval: Approval | null;
  onChange: (approval: Approval | null) => void;
}

export function ToolChoice({ id, title, text, problem, marks, approval, onChange }: ToolChoiceProps) {
  const { t } = useTranslation();
  const chosen = approval !== null;
  return (
    <li className="py-1.5">
      <label htmlFor={id} className={`-mx-2 flex items-start gap-3 rounded-lg p-2 ${problem && !chosen ? "" : "cursor-pointer hover:bg-muted/60"}`}>
        <Checkbox id={id} className="mt-0.5" aria-label={title} disabled={problem !== null && !chosen} checked={chosen} onCheckedChange={(on) => onChange(on === true ? "ask" : null)} />
        <span className="min-w-0">
          <span className="flex flex-wrap items-center gap-2 text-sm font-medium">{title}{marks}</span>
          <span className="block text-[13px] text-muted-foreground">{text}</span>
          {problem ? <span className="mt-0.5 block text-[13px] text-warning">{problem}</span> : null}
        </span>
      </label>
      {chosen ? (
        <Select aria-label={t("approval.of", { name: title })} value={approval} onChange={(event) => onChange(event.target.value as Approval)} className="mb-1 ml-7.5 w-64 max-w-[calc(100%-1.875rem)]">
          {approvals.map((one) => <option key={one} value={one}>{t(`approval.${one}`)}</option>)}
        </Select>
      ) : null}
    </li>
  );
}
