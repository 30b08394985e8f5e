// Renders what a model wrote: HTML stays text, formulas and code are drawn, finished blocks are never drawn twice.
import { Component, memo, useMemo, type ReactNode } from "react";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";
import type { PluggableList } from "unified";
import type { Citation } from "@/lib/api/types";
import { CitationsContext, PointedContext, usePointing } from "./citation-context";
import { citeMarks, countMarks, verdictsOf, withoutHalfMark, withPlainMarks } from "./citations";
import { CodeBlock } from "./CodeBlock";
import type { Verdicts } from "./doubts";
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

interface MarkdownProps {
  text: string;
  /** More is coming, so the last code fence may still be open. */
  streaming?: boolean;
  /** Of each mark in the text, in order; empty while they are not yet known. Left out, marks are only text. */
  citations?: readonly Citation[];
}

export function Markdown({ text, streaming = false, citations }: MarkdownProps) {
  const blocks = useMemo(() => numbered(splitBlocks(text), citations), [text, citations]);
  const pointing = usePointing();
  return (
    <CitationsContext value={citations ?? noCitations}>
      <PointedContext value={pointing}>
        <div className="markdown" dir="auto">
          {blocks.map(({ source, marks, verdicts }, index) => (
            <Block key={index} source={source} marks={marks} verdicts={verdicts} open={streaming && index === blocks.length - 1} />
          ))}
        </div>
      </PointedContext>
    </CitationsContext>
  );
}

const noCitations: readonly Citation[] = [];

interface NumberedBlock {
  source: string;
  /** How many marks come before it, or null where marks are only text. */
  marks: number | null;
  verdicts: Verdicts;
}

function numbered(blocks: string[], citations: readonly Citation[] | undefined): NumberedBlock[] {
  let before = 0;
  return blocks.map((source) => {
    const first = before;
    before += countMarks(source);
    return citations ? { source, marks: first, verdicts: verdictsOf(source, citations, first) } : { source, marks: null, verdicts: "" };
  });
}

const Block = memo(function Block({ source, marks, verdicts, open }: NumberedBlock & { open: boolean }) {
  const text = visibleText(open && marks !== null ? withoutHalfMark(source) : source);
  if (isHostile(text)) return <PlainText text={text} />;
  const fence = parseFence(text);
  if (fence) return <CodeBlock code={fence.code} language={fence.language} complete={fence.closed || !open} />;
  return (
    <PlainOnError text={text}>
      <MarkdownBlock text={open ? withoutHalfRow(text) : text} marks={marks} verdicts={verdicts} />
    </PlainOnError>
  );
});

function MarkdownBlock({ text, marks, verdicts }: { text: string; marks: number | null; verdicts: Verdicts }) {
  const wanted = hasMath(text);
  const math = useLazy(mathPlugins, wanted);
  const rehype = math ? math.rehypePlugins : none;
  const source = marks === null ? text : withPlainMarks(text);
  return (
    <ReactMarkdown
      remarkPlugins={math ? [...gfm, ...math.remarkPlugins] : gfm}
      rehypePlugins={marks === null ? rehype : [...rehype, [citeMarks, { first: marks, verdicts }]]}
      components={elements}
      urlTransform={(url) => (safeUrl(url) ? url : "")}
    >
      {math ? normaliseMath(source) : source}
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
