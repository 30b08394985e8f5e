// Reads what a tool left for its view: unknown shapes become plain JSON, never an error.
import type { Scores } from "@/lib/api/knowledge-types";
import type { Call, Item, Source } from "@/lib/api/types";

export type PythonOutput =
  | { type: "text" | "error"; text: string }
  | { type: "table"; columns: string[]; rows: string[][]; truncated: boolean; shape: [number, number] | null }
  | { type: "image"; fileId: string; name: string };

export interface SearchHit {
  number: number | null;
  title: string;
  url: string;
  snippet: string;
  published: string;
}

export interface PageSeen {
  title: string;
  url: string;
  text: string;
  number: number | null;
  /** Where in the page this part stands, in percent. */
  visible: [number, number] | null;
  screenshot: string | null;
}

export interface KnowledgeHit {
  number: number | null;
  knowledgeId: string;
  documentId: string;
  chunkId: number | null;
  name: string;
  page: number | null;
  text: string;
  scores: Scores;
}

export interface PlanStep {
  text: string;
  status: "pending" | "in_progress" | "done";
}

export type CallView =
  | { kind: "python"; code: string; outputs: PythonOutput[]; ended: string | null; variablesLost: boolean; notes: string[] }
  | { kind: "search"; query: string; results: SearchHit[] }
  | ({ kind: "page"; more: PageSeen[]; failed: { id: string; reason: string }[] } & PageSeen)
  | { kind: "knowledge"; query: string; passages: KnowledgeHit[]; notes: string[] }
  | { kind: "image"; prompt: string; size: string; seconds: number | null }
  | { kind: "plan"; steps: PlanStep[] }
  | { kind: "memory"; text: string; forgotten: boolean }
  | { kind: "function"; output: string; printed: string }
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
  return readableArguments(call) ?? {};
}

/** Null where the model wrote something that is no JSON object. */
export function readableArguments(call: { arguments: string }): Loose | null {
  try {
    const given: unknown = JSON.parse(call.arguments);
    return typeof given === "object" && given !== null && !Array.isArray(given) ? (given as Loose) : null;
  } catch {
    return null;
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
  page: (view) => ({ kind: "page", ...readPage(view), more: list(view.more).map((page) => readPage(loose(page))), failed: list(view.failed).map((one) => readFailed(loose(one))) }),
  knowledge: (view) => ({ kind: "knowledge", query: text(view.query), passages: list(view.passages).map((hit) => readPassage(loose(hit))), notes: list(view.notes).map(text) }),
  image: (view) => ({ kind: "image", prompt: text(view.prompt), size: text(view.size), seconds: number(view.seconds) }),
  plan: (view) => ({ kind: "plan", steps: list(view.steps).map((step) => readStep(loose(step))) }),
  memory: (view) => ({ kind: "memory", text: text(view.forgotten) || text(view.remembered), forgotten: text(view.forgotten) !== "" }),
  function: (view) => ({ kind: "function", output: text(view.output), printed: text(view.printed) }),
};

function readOutput(output: Loose): PythonOutput {
  switch (output.type) {
    case "error":
      return { type: "error", text: text(output.traceback) || [text(output.name), text(output.message)].filter(Boolean).join(": ") };
    case "table":
      return { type: "table", columns: list(output.columns).map(text), rows: list(output.rows).map((row) => list(row).map(text)), truncated: output.truncated === true, shape: readRange(output.shape) };
    case "image":
      return { type: "image", fileId: text(output.id), name: text(output.name) };
    default:
      return { type: "text", text: text(output.text) };
  }
}

function readPage(page: Loose): PageSeen {
  return { title: text(page.title), url: text(page.url), text: text(page.text), number: number(page.number), visible: readRange(page.visible), screenshot: text(page.screenshot) || null };
}

function readFailed(failed: Loose): { id: string; reason: string } {
  return { id: text(failed.id), reason: text(failed.reason) };
}

function readHit(hit: Loose): SearchHit {
  return { number: number(hit.number), title: text(hit.title), url: text(hit.url), snippet: text(hit.snippet), published: text(hit.published) };
}

function readPassage(hit: Loose): KnowledgeHit {
  const scores = loose(hit.scores);
  return {
    number: number(hit.number), knowledgeId: text(hit.knowledge_id), documentId: text(hit.document_id), chunkId: number(hit.chunk_id), name: text(hit.name), page: number(hit.page), text: text(hit.text),
    scores: { keyword: number(scores.keyword), vector: number(scores.vector), fused: number(scores.fused) ?? 0, rerank: number(scores.rerank) },
  };
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

/** The view that a tool of ours has before it has answered, or when it has failed: by what it was asked. */
const asked: Record<string, (given: Loose) => CallView> = {
  python: readers.python,
  update_plan: readers.plan,
  search_knowledge: readers.knowledge,
  browser_search: readers.search,
  browser_open: ({ url }) => readers.page({ url }),
  browser_click: () => readers.page({}),
  browser_scroll: () => readers.page({}),
  browser_find: () => readers.page({}),
  browser_screenshot: () => readers.page({}),
  text_to_image: readers.image,
  remember: ({ fact }) => readers.memory({ remembered: fact }),
  forget: () => ({ kind: "memory", text: "", forgotten: true }),
};

export function readAsked(call: { name: string; arguments: string }): CallView {
  const read = Object.hasOwn(asked, call.name) ? asked[call.name] : undefined;
  return read ? read(argumentsOf(call)) : { kind: "json" };
}

/** What was done without a view that we know is shown as it is. */
export function readView(call: Call): CallView {
  if (call.view && isKind(call.view.kind)) return readers[call.view.kind](call.view);
  return call.status === "running" || hasFailed(call) ? readAsked(call) : { kind: "json" };
}

export function hasFailed(call: Call): boolean {
  return call.status === "finished" && call.outcome !== "done";
}

export type CallState = "running" | "done" | "error" | "unknown" | "cancelled" | "denied";

/** How a call stands, as people see it: code that ran into an error has failed, though the interpreter did its work. */
export function stateOf(call: Call): CallState {
  if (call.status === "running") return "running";
  const view = readView(call);
  const stumbled = view.kind === "python" && (view.ended !== null || view.outputs.some((output) => output.type === "error"));
  return call.outcome === "done" && stumbled ? "error" : (call.outcome ?? "unknown");
}

/** What was found and read in a run, by which calls name it. */
export function sourcesOf(items: Item[]): Source[] {
  return items.flatMap((item) => (item.kind === "call" ? item.sources : []));
}

/** The newest plan among the calls of a run. */
export function currentPlan(items: Item[]): PlanStep[] | null {
  for (const item of items.toReversed()) {
    if (item.kind !== "call" || hasFailed(item)) continue;
    const view = readView(item);
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
