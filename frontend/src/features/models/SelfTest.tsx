// What a model was tried on and how it did, as badges that say more when opened.
import { Check, FlaskConical, Minus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import i18next from "i18next";
import { visibleText } from "@/components/markdown/text";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { errorText } from "@/lib/api/error-text";
import type { Model, SelfTestCheck } from "@/lib/api/types";
import { formatDuration, formatRelative } from "@/lib/format";
import { useEditModel } from "./api/edit-model";

const looks = { passed: { tone: "accent", icon: <Check className="size-3" aria-hidden /> }, failed: { tone: "danger", icon: <X className="size-3" aria-hidden /> }, skipped: { tone: "neutral", icon: <Minus className="size-3" aria-hidden /> } } as const;

export function SelfTest({ model, owner }: { model: Model; owner: boolean }) {
  const { t } = useTranslation();
  const edit = useEditModel();
  const running = model.self_test_running;
  const checks = model.self_test;
  const when = model.self_tested_at ? t("selfTest.when", { when: formatRelative(model.self_tested_at) }) : t("selfTest.never");
  return (
    <div className="mt-3 border-t pt-3">
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="text-xs font-medium text-muted-foreground">{t("selfTest.title")}</h3>
        <span role="status" className="grow text-xs text-muted-foreground">{running ? t("selfTest.running") : when}</span>
        {owner ? <Button variant="outline" size="sm" busy={running || edit.isPending} aria-label={t("selfTest.nowNamed", { name: model.name })} onClick={() => edit.mutate({ action: "self-test", id: model.id }, { onError: (error) => toast.error(errorText(error, t)) })}>{running || edit.isPending ? null : <FlaskConical />}{t("selfTest.now")}</Button> : null}
      </div>
      {checks.length > 0 ? (
        <details className="mt-2 text-sm">
          <summary className="flex w-fit cursor-pointer list-none flex-wrap gap-1.5 rounded [&::-webkit-details-marker]:hidden">
            {checks.map((check) => <Badge key={check.check} tone={looks[check.outcome].tone}>{looks[check.outcome].icon}{checkName(check.check)}<span className="sr-only">: {t(`selfTest.${check.outcome}`)}</span></Badge>)}
          </summary>
          <dl className="mt-2 flex flex-col gap-2 rounded-lg bg-muted/60 p-3">{checks.map((check) => <CheckDetail key={check.check} check={check} />)}</dl>
        </details>
      ) : null}
    </div>
  );
}

/** Its name in the person's language, else as the server calls it. */
function checkName(check: string): string {
  return i18next.exists(`selfTestCheck.${check}`) ? i18next.t(`selfTestCheck.${check}`) : check.replaceAll("_", " ");
}

function CheckDetail({ check }: { check: SelfTestCheck }) {
  const { t } = useTranslation();
  return (
    <div className="text-[13px]">
      <dt className="font-medium">{checkName(check.check)} <span className="font-normal text-muted-foreground">{t(`selfTest.${check.outcome}`)} · {formatDuration(check.ms)}</span></dt>
      {check.detail ? <dd className={check.outcome === "failed" ? "text-danger" : "text-muted-foreground"}>{visibleText(check.detail)}</dd> : null}
    </div>
  );
}
