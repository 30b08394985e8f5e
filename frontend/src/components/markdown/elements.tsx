// How single Markdown elements look: links say where they go, pictures are never fetched by themselves.
import { ExternalLink, ImageOff } from "lucide-react";
import { isValidElement, type ReactNode } from "react";
import type { Components } from "react-markdown";
import { useTranslation } from "react-i18next";
import { CitationChip, DoubtedWords } from "./CitationChip";
import { CodeBlock } from "./CodeBlock";
import { hostOf, safeUrl, saysHost } from "./link";

function wordsOf(node: ReactNode): string {
  if (typeof node === "string" || typeof node === "number") return String(node);
  if (Array.isArray(node)) return node.map(wordsOf).join("");
  return isValidElement<{ children?: ReactNode }>(node) ? wordsOf(node.props.children) : "";
}

function SafeLink({ href, children }: { href?: string | undefined; children?: ReactNode }) {
  const { t } = useTranslation();
  const url = safeUrl(href);
  if (!url) return <span>{children}</span>;
  const host = hostOf(url);
  return (
    <a href={url.href} target="_blank" rel="noopener noreferrer" referrerPolicy="no-referrer" title={t("chat.opens", { host })}>
      {children}
      {saysHost(wordsOf(children), url) ? null : <span className="link-host"> ({host})</span>}
    </a>
  );
}

function UnloadedImage({ src, alt }: { src?: unknown; alt?: string | undefined }) {
  const { t } = useTranslation();
  const url = typeof src === "string" ? safeUrl(src) : null;
  const name = alt ?? "";
  return (
    <span className="unloaded-image">
      <ImageOff aria-hidden className="size-3.5" />
      {t("chat.image")} {name}
      {url ? (
        <a href={url.href} target="_blank" rel="noopener noreferrer" referrerPolicy="no-referrer" title={t("chat.opens", { host: hostOf(url) })}>
          {hostOf(url)} <ExternalLink aria-hidden className="inline size-3" />
        </a>
      ) : null}
    </span>
  );
}

function Preformatted({ children }: { children?: ReactNode }) {
  const code = isValidElement<{ className?: string; children?: ReactNode }>(children) ? children : null;
  const language = /language-(\S+)/.exec(code?.props.className ?? "")?.[1] ?? "";
  return <CodeBlock code={wordsOf(code?.props.children).replace(/\n$/, "")} language={language} complete />;
}

function ScrollingTable({ children }: { children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- wide tables are scrolled by keyboard
    <div className="table-scroll" role="region" aria-label={t("chat.table")} tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}

export const elements: Components = {
  a: ({ href, children }) => <SafeLink href={href}>{children}</SafeLink>,
  cite: ({ node }) => <CitationChip index={Number(node?.properties.dataIndex)} number={String(node?.properties.dataNumber)} />,
  mark: ({ node, children }) => <DoubtedWords index={Number(node?.properties.dataIndex)}>{children}</DoubtedWords>,
  img: ({ src, alt }) => <UnloadedImage src={src} alt={alt} />,
  pre: ({ children }) => <Preformatted>{children}</Preformatted>,
  table: ({ children }) => <ScrollingTable>{children}</ScrollingTable>,
};
