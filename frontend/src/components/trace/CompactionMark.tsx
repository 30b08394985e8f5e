// The place from which on the model is told a summary; people still see everything.
import { FoldVertical } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Compaction } from "@/lib/api/types";
import { formatNumber } from "@/lib/format";
import { visibleText } from "../markdown/text";

export function CompactionMark({ compaction }: { compaction: Compaction }) {
  const { t } = useTranslation();
  const { what, tokens_before: before, tokens_after: after, summary } = compaction;
  return (
    <details className="rounded-xl border border-dashed text-sm" data-testid="compaction">
      <summary className="flex cursor-pointer list-none items-start gap-2 rounded-xl px-3 py-2 text-muted-foreground hover:text-foreground [&::-webkit-details-marker]:hidden">
        <FoldVertical className="mt-0.5 size-4 shrink-0" aria-hidden />
        <span>{t(`compaction.${what}`)} <span className="text-xs tabular-nums">{t("compaction.tokens", { before: formatNumber(before), after: formatNumber(after) })}</span></span>
      </summary>
      <p className="border-t px-3 py-2.5 whitespace-pre-wrap">{summary ? visibleText(summary) : t("compaction.noSummary")}</p>
    </details>
  );
}
