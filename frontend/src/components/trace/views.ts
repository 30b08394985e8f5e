// Reads what a tool left for its view: unknown shapes become plain JSON, never an error.
import type { Call } from "@/lib/api/types";

export type PythonOutput =
  | { type: "text" | "error"; text: string }
  | { type: "table"; columns: string[]; rows: string[][]; truncated: boolean }
  | { type: "image"; fileId: string };

export interface SearchHit {
  number: number | null;
  title: string;
  url: string;
  snippet: string;
  published: string;
}

export interface PlanStep {
  text: string;
  status: "pending" | "in_progress" | "done";
}

export type CallView =
  | { kind: "python"; code: string; outputs: PythonOutput[]; ended: string | null; variablesLost: boolean; notes: string[] }
  | { kind: "search"; query: string; results: SearchHit[] }
  | { kind: "page"; title: string; url: string; text: string; number: number | null; visible: [number, number] | null; screenshot: string | null }
  | { kind: "image"; prompt: string; size: string; seconds: number | null }
  | { kind: "plan"; steps: PlanStep[] }
  | { kind: "memory"; text: string; forgotten: boolean }
  | { kind: "json" };

type Loose = Record<string, unknown>;
type Kind = CallView["kind"];

const loose = (value: unknown): Loose => (typeof value === "object" && value !== null ? (value as Loose) : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  return typeof value === "number" || typeof value === "boolean" ? String(value) : JSON.stringify(value);
}

/** The arguments as an object, empty where the model wrote none that can be read. */
export function argumentsOf(call: { arguments: string }): Loose {
  try {
    return loose(JSON.parse(call.arguments));
  } catch {
    return {};
  }
}

const readers: Record<Exclude<Kind, "json">, (view: Loose) => CallView> = {
  python: (view) => ({
    kind: "python",
    code: text(view.code),
    outputs: list(view.outputs).map((output) => readOutput(loose(output))),
    ended: text(view.ended) || null,
    variablesLost: view.variables_lost === true,
    notes: list(view.notes).map(text),
  }),
  search: (view) => ({ kind: "search", query: text(view.query), results: list(view.results).map((hit) => readHit(loose(hit))) }),
  page: (view) => ({
    kind: "page",
    title: text(view.title),
    url: text(view.url),
    text: text(view.text),
    number: number(view.number),
    visible: readRange(view.visible),
    screenshot: text(view.screenshot) || null,
  }),
  image: (view) => ({ kind: "image", prompt: text(view.prompt), size: text(view.size), seconds: number(view.seconds) }),
  plan: (view) => ({ kind: "plan", steps: list(view.steps).map((step) => readStep(loose(step))) }),
  memory: (view) => ({ kind: "memory", text: text(view.forgotten) || text(view.remembered), forgotten: text(view.forgotten) !== "" }),
};

function readOutput(output: Loose): PythonOutput {
  switch (output.type) {
    case "error":
      return { type: "error", text: text(output.text) || text(output.traceback) || [text(output.name), text(output.message)].filter(Boolean).join(": ") };
    case "table":
      return { type: "table", columns: list(output.columns).map(text), rows: list(output.rows).map((row) => list(row).map(text)), truncated: output.truncated === true };
    case "image":
      return { type: "image", fileId: text(output.artefact_id) || text(output.id) };
    default:
      return { type: "text", text: text(output.text) };
  }
}

function readHit(hit: Loose): SearchHit {
  return { number: number(hit.number), title: text(hit.title), url: text(hit.url), snippet: text(hit.snippet), published: text(hit.published) };
}

function readRange(value: unknown): [number, number] | null {
  const [from, to] = list(value).map(number);
  return from === null || from === undefined || to === null || to === undefined ? null : [from, to];
}

function readStep(step: Loose): PlanStep {
  const { status } = step;
  return { text: text(step.text), status: status === "done" || status === "in_progress" ? status : "pending" };
}

function isKind(kind: unknown): kind is keyof typeof readers {
  return typeof kind === "string" && Object.hasOwn(readers, kind);
}

/** What is known before a tool has answered: its code, its words, its plan are already in the arguments. */
const early: Record<string, keyof typeof readers> = { python: "python", update_plan: "plan", search: "search", text_to_image: "image", cogview: "image" };

export function readView(call: Call): CallView {
  if (call.view && isKind(call.view.kind)) return readers[call.view.kind](call.view);
  const kind = Object.hasOwn(early, call.name) ? early[call.name] : undefined;
  return kind && call.status === "running" ? readers[kind](argumentsOf(call)) : { kind: "json" };
}

/** The newest plan among the calls of a run. */
export function currentPlan(items: { kind: string }[]): PlanStep[] | null {
  for (const item of items.toReversed()) {
    if (item.kind !== "call") continue;
    const view = readView(item as Call);
    if (view.kind === "plan" && view.steps.length > 0) return view.steps;
  }
  return null;
}

export function prettyJson(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
