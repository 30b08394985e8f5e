// What the interpreter was given and what it showed.
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { formatNumber } from "@/lib/format";
import { CodeBlock } from "../markdown/CodeBlock";
import { visibleText } from "../markdown/text";
import { Picture } from "../Picture";
import { Pre, Table } from "./parts";
import type { CallView, PythonOutput } from "./views";

const ends = ["timeout", "interrupted", "memory", "output", "crashed"];

export function PythonView({ view }: { view: Extract<CallView, { kind: "python" }> }) {
  const { t } = useTranslation();
  const ended = view.ended && ends.includes(view.ended) ? view.ended : null;
  return (
    <>
      {view.code ? <CodeBlock code={view.code} language="python" complete /> : null}
      {view.outputs.map((output, index) => <Output key={index} output={output} />)}
      {ended ? <Remark>{t(`python.ended.${ended}`)}</Remark> : null}
      {view.ended && !ended ? <Remark>{visibleText(view.ended)}</Remark> : null}
      {view.variablesLost ? <Remark>{t("python.variablesLost")}</Remark> : null}
      {view.notes.map((note, index) => <Remark key={index}>{visibleText(note)}</Remark>)}
    </>
  );
}

function Remark({ children }: { children: string }) {
  return <p className="rounded-lg bg-warning-soft px-3 py-2 text-[13px]">{children}</p>;
}

function Output({ output }: { output: PythonOutput }) {
  const { t } = useTranslation();
  switch (output.type) {
    case "text":
      return output.text ? <Pre text={output.text} /> : null;
    case "error":
      return <Pre text={output.text} danger />;
    case "table":
      return <Table columns={output.columns} rows={output.rows} note={output.truncated ? cutNote(output.shape, t) : undefined} />;
    case "image":
      return <Picture id={output.fileId} alt={t("python.plot", { name: output.name }).trim()} />;
  }
}

function cutNote(shape: [number, number] | null, t: TFunction): string {
  if (!shape) return t("python.tableCut");
  return t("python.tableCutOf", { rows: formatNumber(shape[0]), columns: formatNumber(shape[1]) });
}
