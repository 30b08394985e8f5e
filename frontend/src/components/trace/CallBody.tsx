// The inside of a tool call: its own view where the tool has one, else arguments and result as they are.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Call } from "@/lib/api/types";
import { formatDuration } from "@/lib/format";
import { visibleText } from "../markdown/text";
import { KnowledgeView } from "./KnowledgeView";
import { Labelled, Pre } from "./parts";
import { PlanList } from "./PlanList";
import { PythonView } from "./PythonView";
import { hasFailed, prettyJson, readableArguments, readView } from "./views";
import { PageView, SearchView } from "./WebViews";

export function CallBody({ call }: { call: Call }) {
  const view = readView(call);
  return (
    <>
      <ToolView call={call} />
      {hasFailed(call) && view.kind !== "json" && readableArguments(call) === null ? <Given call={call} /> : null}
      {hasFailed(call) && call.output && !call.view && view.kind !== "json" ? <Output call={call} /> : null}
    </>
  );
}

function ToolView({ call }: { call: Call }) {
  const { t } = useTranslation();
  const view = readView(call);
  switch (view.kind) {
    case "python":
      return <PythonView view={view} />;
    case "search":
      return <SearchView view={view} done={call.status === "finished" && !hasFailed(call)} />;
    case "page":
      return <PageView view={view} />;
    case "knowledge":
      return <KnowledgeView view={view} done={call.status === "finished" && !hasFailed(call)} />;
    case "plan":
      return view.steps.length > 0 ? <PlanList steps={view.steps} /> : null;
    case "memory":
      return <p className="text-sm">{visibleText(view.text)} <Link to="/settings/$section" params={{ section: "memory" }} className="text-primary-text underline underline-offset-4">{t("memory.manage")}</Link></p>;
    case "image":
      return <p className="text-sm">{visibleText(view.prompt)}<span className="block text-xs text-muted-foreground">{[view.size, view.seconds === null ? "" : formatDuration(view.seconds * 1000)].filter(Boolean).join(" · ")}</span></p>;
    case "function":
      return (
        <>
          <Given call={call} />
          {view.printed ? <Labelled label={t("functions.printed")}><Pre text={view.printed} /></Labelled> : null}
          <Labelled label={t("call.result")}><Pre text={prettyJson(view.output)} /></Labelled>
        </>
      );
    case "json":
      return (
        <>
          <Given call={call} />
          {call.output ? <Output call={call} /> : null}
        </>
      );
  }
}

function Given({ call }: { call: Call }) {
  const { t } = useTranslation();
  return <Labelled label={t("call.arguments")}><Pre text={prettyJson(call.arguments)} /></Labelled>;
}

function Output({ call }: { call: Call }) {
  const { t } = useTranslation();
  const label = call.outcome === "error" ? "call.errorOutput" : call.outcome === "done" ? "call.result" : "call.told";
  return <Labelled label={t(label)}><Pre text={call.output ?? ""} danger={call.outcome === "error"} /></Labelled>;
}
