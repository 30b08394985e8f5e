// One calm line per call: what was done, in words.
import { Brain, Calculator, Globe, Image, ListChecks, Search, SquareFunction, SquareTerminal } from "lucide-react";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import type { Call } from "@/lib/api/types";
import { visibleText } from "../markdown/text";
import { readView, type CallView } from "./views";

const icons: Record<CallView["kind"], ReactNode> = {
  python: <SquareTerminal aria-hidden />,
  search: <Search aria-hidden />,
  page: <Globe aria-hidden />,
  image: <Image aria-hidden />,
  plan: <ListChecks aria-hidden />,
  memory: <Brain aria-hidden />,
  json: <SquareFunction aria-hidden />,
};

export function callIcon(call: Call): ReactNode {
  return call.name === "calculator" ? <Calculator aria-hidden /> : icons[readView(call).kind];
}

/** The name of the tool, and what it was used for. */
export function callTitle(call: Call, t: TFunction): { title: string; about: string } {
  const view = readView(call);
  switch (view.kind) {
    case "python":
      return { title: t("call.title.python"), about: firstLine(view.code) };
    case "search":
      return { title: t("call.title.search"), about: view.query };
    case "page":
      return { title: t("call.title.page"), about: view.title || view.url };
    case "image":
      return { title: t("call.title.image"), about: view.prompt };
    case "plan":
      return { title: t("plan.title"), about: t("plan.progress", { done: view.steps.filter((step) => step.status === "done").length, all: view.steps.length }) };
    case "memory":
      return { title: t(view.forgotten ? "call.title.forgotten" : "call.title.remembered"), about: view.text };
    case "json":
      return { title: visibleText(call.name), about: "" };
  }
}

function firstLine(code: string): string {
  return code.split("\n").find((line) => line.trim() !== "" && !line.startsWith("import ") && !line.startsWith("from ")) ?? "";
}
