// One calm line per call: what was done, in words.
import { Brain, Calculator, Globe, Image, LibraryBig, ListChecks, Search, SquareFunction, SquareTerminal } from "lucide-react";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import type { Call } from "@/lib/api/types";
import { visibleText } from "../markdown/text";
import { argumentsOf, hasFailed, readView, type CallView } from "./views";

const icons: Record<CallView["kind"], ReactNode> = {
  python: <SquareTerminal aria-hidden />,
  search: <Search aria-hidden />,
  page: <Globe aria-hidden />,
  knowledge: <LibraryBig aria-hidden />,
  image: <Image aria-hidden />,
  plan: <ListChecks aria-hidden />,
  memory: <Brain aria-hidden />,
  function: <SquareFunction aria-hidden />,
  json: <SquareFunction aria-hidden />,
};

export function callIcon(call: Call): ReactNode {
  return call.name === "calculator" ? <Calculator aria-hidden /> : icons[readView(call).kind];
}

/** The deed in the past where it was done, else by its name; and what it was about. */
export function callTitle(call: Call, t: TFunction): { title: string; about: string } {
  const { deed, about } = deedOf(call, t);
  if (deed === null) return { title: visibleText(call.name), about };
  return { title: t(call.status === "finished" && !hasFailed(call) ? `call.did.${deed}` : `call.doing.${deed}`), about };
}

type Deed = "python" | "search" | "knowledge" | "page" | "find" | "scroll" | "screenshot" | "image" | "plan" | "remember" | "forget" | "calculate";

function deedOf(call: Call, t: TFunction): { deed: Deed | null; about: string } {
  const view = readView(call);
  switch (view.kind) {
    case "python":
      return { deed: "python", about: firstLine(view.code) };
    case "search":
      return { deed: "search", about: view.query };
    case "knowledge":
      return { deed: "knowledge", about: view.query };
    case "page":
      return pageDeed(call, view);
    case "image":
      return { deed: "image", about: view.prompt };
    case "plan":
      return { deed: "plan", about: view.steps.length === 0 ? "" : t("plan.progress", { done: view.steps.filter((step) => step.status === "done").length, all: view.steps.length }) };
    case "memory":
      return { deed: view.forgotten ? "forget" : "remember", about: view.text };
    case "function":
    case "json":
      return call.name === "calculator" ? { deed: "calculate", about: shortArguments(call, false) } : { deed: null, about: shortArguments(call, true) };
  }
}

const onPage: Record<string, Deed> = { browser_scroll: "scroll", browser_screenshot: "screenshot" };

function pageDeed(call: Call, view: Extract<CallView, { kind: "page" }>): { deed: Deed; about: string } {
  const { text, ids } = argumentsOf(call);
  if (call.name === "browser_find") return { deed: "find", about: typeof text === "string" ? text : "" };
  const titles = [view, ...view.more].map((page) => page.title || page.url).filter(Boolean).join(" · ");
  return { deed: onPage[call.name] ?? "page", about: titles || (Array.isArray(ids) ? ids.join(", ") : "") };
}

const MOST = 160;

function shortArguments(call: Call, named: boolean): string {
  const parts = Object.entries(argumentsOf(call)).map(([name, value]) => {
    const short = typeof value === "string" ? value : JSON.stringify(value);
    return named ? `${name}: ${short}` : short;
  });
  return parts.join(", ").slice(0, MOST);
}

function firstLine(code: string): string {
  return code.split("\n").find((line) => line.trim() !== "" && !line.startsWith("import ") && !line.startsWith("from ")) ?? "";
}
