// Renders what a model wrote: HTML stays text, formulas and code are drawn, finished blocks are never drawn twice.
import { Component, memo, useMemo, type ReactNode } from "react";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";
import type { PluggableList } from "unified";
import { CodeBlock } from "./CodeBlock";
import { elements } from "./elements";
import { safeUrl } from "./link";
import "./markdown.css";
import { hasMath, normaliseMath } from "./math";
import { parseFence, splitBlocks, withoutHalfRow } from "./split";
import { isHostile, visibleText } from "./text";
import { LazyModule, useLazy } from "./use-lazy";

const mathPlugins = new LazyModule(() => import("./math-plugins"));
const gfm: PluggableList = [[remarkGfm, { singleTilde: false }]];
const none: PluggableList = [];

/** `streaming`: more is coming, so the last code fence may still be open. */
export function Markdown({ text, streaming = false }: { text: string; streaming?: boolean }) {
  const blocks = useMemo(() => splitBlocks(text), [text]);
  return (
    <div className="markdown" dir="auto">
      {blocks.map((block, index) => (
        <Block key={index} source={block} open={streaming && index === blocks.length - 1} />
      ))}
    </div>
  );
}

const Block = memo(function Block({ source, open }: { source: string; open: boolean }) {
  const text = visibleText(source);
  if (isHostile(text)) return <PlainText text={text} />;
  const fence = parseFence(text);
  if (fence) return <CodeBlock code={fence.code} language={fence.language} complete={fence.closed || !open} />;
  return (
    <PlainOnError text={text}>
      <MarkdownBlock text={open ? withoutHalfRow(text) : text} />
    </PlainOnError>
  );
});

function MarkdownBlock({ text }: { text: string }) {
  const wanted = hasMath(text);
  const math = useLazy(mathPlugins, wanted);
  return (
    <ReactMarkdown
      remarkPlugins={math ? [...gfm, ...math.remarkPlugins] : gfm}
      rehypePlugins={math ? math.rehypePlugins : none}
      components={elements}
      urlTransform={(url) => (safeUrl(url) ? url : "")}
    >
      {math ? normaliseMath(text) : text}
    </ReactMarkdown>
  );
}

function PlainText({ text }: { text: string }) {
  return <div className="plain-block">{text.length > 200_000 ? `${text.slice(0, 200_000)}…` : text}</div>;
}

/** A block no parser survives is shown as it was written. */
class PlainOnError extends Component<{ text: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <PlainText text={this.props.text} /> : this.props.children;
  }
}
