// What the browser searched for, found and read.
import { useTranslation } from "react-i18next";
import { visibleText } from "../markdown/text";
import { Picture } from "../Picture";
import { hostName, Pre, WebLink } from "./parts";
import type { CallView, PageSeen } from "./views";

/** `done`: the search has an answer, be it an empty one. */
export function SearchView({ view, done }: { view: Extract<CallView, { kind: "search" }>; done: boolean }) {
  const { t } = useTranslation();
  if (view.results.length === 0 && !done) return <p className="text-sm">{visibleText(view.query)}</p>;
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

/** One page, or several that were opened at once, and those that could not be. */
export function PageView({ view }: { view: Extract<CallView, { kind: "page" }> }) {
  const { t } = useTranslation();
  return (
    <>
      {[view, ...view.more].filter((page) => page.url).map((page, index) => <Page key={index} page={page} />)}
      {view.failed.map((one, index) => <p key={index} className="rounded-lg bg-warning-soft px-3 py-2 text-[13px]">{t("browser.notOpened", { id: one.id })} {visibleText(one.reason)}</p>)}
    </>
  );
}

function Page({ page }: { page: PageSeen }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm break-words">
        {page.number === null ? null : <span className="mr-2 text-xs text-muted-foreground tabular-nums">{page.number}</span>}
        <WebLink url={page.url}>{visibleText(page.title || page.url)}</WebLink>
        <span className="ml-2 text-xs text-muted-foreground">{hostName(page.url)}</span>
      </p>
      {page.screenshot ? <Picture id={page.screenshot} alt={t("browser.screenshot", { title: page.title || page.url })} /> : null}
      {page.text ? <Pre text={page.text} /> : null}
      {page.visible ? <p className="text-xs text-muted-foreground">{t("browser.visible", { from: page.visible[0], to: page.visible[1] })}</p> : null}
    </div>
  );
}
