// A piece of code with its language, its colours once it is complete, and a copy button.
import { toJsxRuntime } from "hast-util-to-jsx-runtime";
import { memo, useMemo, type ReactNode } from "react";
import { Fragment, jsx, jsxs } from "react/jsx-runtime";
import { useTranslation } from "react-i18next";
import { CopyButton } from "../CopyButton";
import { LazyModule, useLazy } from "./use-lazy";

const highlighter = new LazyModule(() => import("./highlighter"));
const LONGEST_COLOURED = 40_000;

interface CodeBlockProps {
  code: string;
  language: string;
  complete: boolean;
}

export const CodeBlock = memo(function CodeBlock({ code, language, complete }: CodeBlockProps) {
  const { t } = useTranslation();
  const name = /^[\w+#.-]{1,30}$/.test(language) ? language.toLowerCase() : "";
  const module = useLazy(highlighter, complete && name !== "" && code.length < LONGEST_COLOURED);
  const coloured = useMemo(() => {
    const tree = module?.highlight(code, name);
    return tree ? (toJsxRuntime(tree, { Fragment, jsx, jsxs }) as ReactNode) : null;
  }, [module, code, name]);
  return (
    <div className="code-block" role="group" aria-label={t("chat.code", { language: name || t("chat.plainText") })}>
      <div className="flex h-9 items-center justify-between border-b pr-1 pl-3.5 text-xs text-muted-foreground">
        <span>{name || t("chat.plainText")}</span>
        <CopyButton text={code} label={t("chat.copyCode")} />
      </div>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- wide code is scrolled by keyboard */}
      <pre tabIndex={0}><code>{coloured ?? code}</code></pre>
    </div>
  );
});
