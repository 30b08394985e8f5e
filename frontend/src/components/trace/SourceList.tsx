// What an answer rests on: every source that it names and that says what it is named for.
import { useTranslation } from "react-i18next";
import type { Citation, Item } from "@/lib/api/types";
import { DocumentLink } from "../DocumentLink";
import { placeOfAddress } from "../document-opener";
import { hostOf, safeUrl } from "../markdown/link";
import { visibleText } from "../markdown/text";
import { WebLink } from "./parts";

function sourcesOf(items: Item[]): { sources: Citation[]; invalid: number } {
  const all = items.flatMap((item) => (item.kind === "turn" ? item.citations : []));
  const byNumber = new Map(all.filter((one) => one.valid || one.invalid_reason === "not_supported").map((one) => [one.number, one]));
  return { sources: [...byNumber.values()].sort((a, b) => a.number - b.number), invalid: all.filter((one) => !one.valid).length };
}

export function SourceList({ items }: { items: Item[] }) {
  const { t } = useTranslation();
  const { sources, invalid } = sourcesOf(items);
  if (sources.length === 0 && invalid === 0) return null;
  return (
    <section aria-label={t("citation.sources")} className="border-t pt-3 text-sm">
      <p className="mb-1.5 text-xs font-medium text-muted-foreground">{t("citation.sources")}</p>
      <ol className="flex flex-col gap-1">
        {sources.map((source) => {
          const url = safeUrl(source.url);
          const place = placeOfAddress(source.url);
          const title = visibleText(source.title || source.url);
          return (
            <li key={source.number} className="flex min-w-0 items-baseline gap-2">
              <span className="min-w-5 shrink-0 text-xs text-muted-foreground tabular-nums">{source.number}</span>
              <span className={place && source.evidence ? "max-w-[70%] shrink-0 truncate" : "min-w-0 truncate"}>{place ? <DocumentLink {...place} quote={source.evidence} remark={source.invalid_reason ? t(`citation.${source.invalid_reason}`) : null}>{title}</DocumentLink> : <WebLink url={source.url}>{title}</WebLink>}</span>
              {place && source.evidence ? <span dir="auto" className="min-w-0 truncate text-xs text-muted-foreground">{visibleText(source.evidence)}</span> : null}
              {url ? <span className="shrink-0 text-xs text-muted-foreground max-sm:hidden">{hostOf(url)}</span> : null}
            </li>
          );
        })}
      </ol>
      {invalid > 0 ? <p className="mt-1.5 text-[13px] text-warning">{t("citation.unverified", { count: invalid })}</p> : null}
    </section>
  );
}
