// What the browser searched for, found and read.
import { useTranslation } from "react-i18next";
import { hostOf, safeUrl } from "../markdown/link";
import { visibleText } from "../markdown/text";
import { Picture } from "../Picture";
import { Pre, WebLink } from "./parts";
import type { CallView } from "./views";

function hostName(url: string): string {
  const safe = safeUrl(url);
  return safe ? hostOf(safe) : url;
}

export function SearchView({ view }: { view: Extract<CallView, { kind: "search" }> }) {
  const { t } = useTranslation();
  if (view.results.length === 0) return <p className="text-sm text-muted-foreground">{t("browser.noResults")}</p>;
  return (
    <ol className="flex flex-col gap-3">
      {view.results.map((hit, index) => (
        <li key={index} className="flex gap-2.5 text-sm">
          <span className="mt-0.5 min-w-5 shrink-0 text-xs text-muted-foreground tabular-nums">{hit.number ?? index + 1}</span>
          <div className="min-w-0">
            <WebLink url={hit.url}>{visibleText(hit.title || hit.url)}</WebLink>
            <p className="truncate text-xs text-muted-foreground">{hostName(hit.url)}{hit.published ? ` · ${visibleText(hit.published)}` : ""}</p>
            <p className="mt-0.5 line-clamp-3 text-[13px]">{visibleText(hit.snippet)}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}

export function PageView({ view }: { view: Extract<CallView, { kind: "page" }> }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="text-sm">
        {view.number === null ? null : <span className="mr-2 text-xs text-muted-foreground tabular-nums">{view.number}</span>}
        <WebLink url={view.url}>{visibleText(view.title || view.url)}</WebLink>
        <span className="ml-2 text-xs text-muted-foreground">{hostName(view.url)}</span>
      </p>
      {view.screenshot ? <Picture id={view.screenshot} alt={t("browser.screenshot", { title: view.title || view.url })} /> : null}
      {view.text ? <Pre text={view.text} /> : null}
      {view.visible ? <p className="text-xs text-muted-foreground">{t("browser.visible", { from: view.visible[0], to: view.visible[1] })}</p> : null}
    </>
  );
}
