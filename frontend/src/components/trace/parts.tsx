// Small pieces that several tool views are made of.
import { Download, File as FileIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { fileUrl, formatSize } from "@/lib/files";
import { hostOf, safeUrl } from "../markdown/link";
import { visibleText } from "../markdown/text";

export function Pre({ text, danger = false }: { text: string; danger?: boolean }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long output is scrolled by keyboard
    <pre tabIndex={0} className={`max-h-72 overflow-auto rounded-lg bg-code p-2.5 font-mono text-xs leading-relaxed whitespace-pre-wrap ${danger ? "text-danger" : ""}`}>{visibleText(text)}</pre>
  );
}

export function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <p className="mb-1 text-xs font-medium text-muted-foreground">{label}</p>
      {children}
    </div>
  );
}

export function Table({ columns, rows, note }: { columns: string[]; rows: string[][]; note?: string | undefined }) {
  const { t } = useTranslation();
  return (
    <div>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- wide tables are scrolled by keyboard */}
      <div role="region" aria-label={t("chat.table")} tabIndex={0} className="max-h-80 overflow-auto rounded-lg border">
        <table className="w-full text-xs tabular-nums">
          <thead className="sticky top-0 bg-muted text-left"><tr>{columns.map((column, index) => <th key={index} scope="col" className="px-2.5 py-1.5 font-medium whitespace-nowrap">{visibleText(column)}</th>)}</tr></thead>
          <tbody>{rows.map((row, index) => <tr key={index} className="border-t">{row.map((cell, at) => <td key={at} className="px-2.5 py-1.5 align-top">{visibleText(cell)}</td>)}</tr>)}</tbody>
        </table>
      </div>
      {note ? <p className="mt-1 text-xs text-muted-foreground">{note}</p> : null}
    </div>
  );
}

export function hostName(url: string): string {
  const safe = safeUrl(url);
  return safe ? hostOf(safe) : url;
}

/** A link to a page that a tool met; only web addresses can be followed. */
export function WebLink({ url, children }: { url: string; children: ReactNode }) {
  const { t } = useTranslation();
  const safe = safeUrl(url);
  if (!safe) return <span>{children}</span>;
  return <a href={safe.href} target="_blank" rel="noopener noreferrer" referrerPolicy="no-referrer" title={t("chat.opens", { host: safe.host })} className="text-primary-text underline-offset-4 hover:underline">{children}</a>;
}

export function FileChip({ id, name, size }: { id: string; name: string; size: number }) {
  const { t } = useTranslation();
  return (
    <a href={fileUrl(id, "download")} download className="inline-flex min-h-9 max-w-full items-center gap-2 rounded-lg border bg-surface px-2.5 py-1.5 text-sm hover:border-primary [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted-foreground">
      <FileIcon aria-hidden /><span className="sr-only">{t("file.download")}</span><span className="truncate">{visibleText(name)}</span><span className="shrink-0 text-xs text-muted-foreground">{formatSize(size)}</span><Download aria-hidden />
    </a>
  );
}
