// Names the steps of a run by the words of the ChatGLM report's Figure 4, only where they are true.
import { hasFailed, readAsked, readView } from "@/components/trace/views";
import type { Call, Item, Turn } from "@/lib/api/types";

export const phases = ["customized", "context", "plan", "analyze", "tool_call", "execution", "external_knowledge", "memory", "function_call", "feedback", "recursive_execute"] as const;
export type Phase = (typeof phases)[number];

/** Tools of the platform that have no view of their own; what else has none is a function that somebody added. */
const OURS = new Set(["calculator"]);

function phasesOfCall(call: Call): Phase[] {
  if (call.outcome === "denied") return [];
  const view = readView(call);
  if (hasFailed(call)) return view.kind === "json" ? phasesOfPlain(call) : ["execution"];
  switch (view.kind) {
    case "plan":
      return ["plan"];
    case "memory":
      return ["memory"];
    case "search":
      return view.results.length > 0 ? ["execution", "external_knowledge"] : ["execution"];
    case "knowledge":
      return view.passages.length > 0 ? ["execution", "external_knowledge"] : ["execution"];
    case "page":
      return ["execution", "external_knowledge"];
    case "python":
    case "image":
      return ["execution"];
    case "function":
      return ["execution", "function_call"];
    case "json":
      return phasesOfPlain(call);
  }
}

/** Our own tools, tools that read something, functions of the user's, and functions that the caller of the API runs. */
function phasesOfPlain(call: Call): Phase[] {
  if (OURS.has(call.name) || readAsked(call).kind !== "json") return ["execution"];
  if (call.sources.length > 0) return ["execution", "external_knowledge"];
  return call.decision === "answered" ? ["function_call"] : ["execution", "function_call"];
}

/** The first turn analyzes; later ones have what the calls gave back before them, and may call again. */
function phasesOfTurn(turn: Turn, afterCall: boolean): Phase[] {
  const calls = turn.calls.length > 0;
  return [afterCall ? "feedback" : "analyze", ...(calls ? (["tool_call"] as const) : []), ...(calls && afterCall ? (["recursive_execute"] as const) : [])];
}

export function phasesOf(items: Item[], index: number): Phase[] {
  const item = items[index];
  if (item?.kind === "call") return phasesOfCall(item);
  if (item?.kind === "turn") return phasesOfTurn(item, items.slice(0, index).some((one) => one.kind === "call"));
  return [];
}

/** How often each happened in the whole run, in the order of the figure. */
export function countPhases(items: Item[]): [Phase, number][] {
  const all = items.flatMap((_, index) => phasesOf(items, index));
  return phases.map((phase): [Phase, number] => [phase, all.filter((one) => one === phase).length]).filter(([, count]) => count > 0);
}
