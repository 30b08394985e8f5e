// What an agent with all tools leaves behind: a plan, pages, code, a plot, a picture, sources.
import { newId } from "./db.mjs";
import { addFile } from "./files.mjs";
import { landscapePng, plotPng } from "./picture.mjs";

const CODE = `import matplotlib.pyplot as plt
import pandas as pd

people = pd.DataFrame({"year": [2000, 2010, 2023], "billion": [6.17, 6.99, 8.06]})
rate = (8.06 / 6.17) ** (1 / 23) - 1
people.plot(x="year", y="billion")
print(f"{rate:.3%}")
people`;

export const answer = `Between 2000 and 2023 the world grew from 6.17 to 8.06 billion people【3†source】, on average **1.17 % a year**.

China grew more slowly【4†source】, and one figure I had seen elsewhere I could not find again【9†source】.`;

const steps = (done) => ["Find the population of 2000 and 2023", "Work out the average annual growth", "Draw it, and answer with sources"].map((text, index) => ({ text, status: index < done ? "done" : index === done ? "in_progress" : "pending" }));

const hits = [
  { number: 3, title: "World Population Prospects: total population by year", url: "https://population.example.org/wpp/total", snippet: "Total population: 2000: 6,171,702,993; 2010: 6,985,603,172; 2023: 8,061,876,001.", published: "2024-07-11" },
  { number: 4, title: "China: population, 1960 to 2023", url: "https://data.example.com/china/population-series-with-a-rather-long-address", snippet: "1,262,645,000 in 2000 and 1,410,710,000 in 2023.", published: "" },
];

export const citations = () => [...answer.matchAll(/【(\d+)†source】/g)].map((mark) => {
  const hit = hits.find((one) => one.number === Number(mark[1]));
  return { start: mark.index, end: mark.index + mark[0].length, number: Number(mark[1]), title: hit?.title ?? "", url: hit?.url ?? "", evidence: hit?.snippet ?? "", valid: Boolean(hit), invalid_reason: hit ? null : "unknown_source" };
});

/** As they are when opened: each with a number of its own. */
const opened = hits.map((hit) => ({ ...hit, number: hit.number + 2 }));

const artefact = ({ id, name, media_type, size }) => ({ id, name, media_type, size });

/** The calls of the scene, in order: `[name, arguments, observation]`. */
export function toolCalls(db, conversationId) {
  const plot = addFile(db, conversationId, { name: "plot-1.png", media_type: "image/png", bytes: plotPng(), origin: "tool" });
  const sheet = addFile(db, conversationId, { name: "population.csv", media_type: "text/csv", bytes: Buffer.from("year,billion\n2000,6.17\n2010,6.99\n2023,8.06\n"), origin: "tool" });
  const picture = addFile(db, conversationId, { name: "landscape.png", media_type: "image/png", bytes: landscapePng(), origin: "tool" });
  const table = { type: "table", columns: ["", "year", "billion"], rows: [["0", "2000", "6.17"], ["1", "2010", "6.99"], ["2", "2023", "8.06"]], truncated: false, shape: [3, 2] };
  return [
    ["update_plan", { steps: steps(0) }, { output: "The user sees the plan.", view: { kind: "plan", steps: steps(0) } }],
    ["browser_search", { query: "world population 2000 to 2023" }, { output: "# 【3†World Population Prospects: total population by year†population.example.org】", metadata: "browser_result", view: { kind: "search", query: "world population 2000 to 2023", results: hits }, sources: hits.map(({ number, title, url, snippet }) => ({ number, title, url, text: snippet })) }],
    ["browser_click", { ids: [3, 4, 8] }, { sources: opened.map(({ number, title, url, snippet }) => ({ number, title, url, text: snippet })), output: "Total population …", metadata: "quote_result [5†source] [6†source]", view: { kind: "page", title: hits[0].title, url: hits[0].url, text: `${hits[0].snippet}\n\nEstimates are for 1 July of each year.`, number: opened[0].number, visible: [0, 40], screenshot: null, more: [{ title: hits[1].title, url: hits[1].url, text: hits[1].snippet, number: opened[1].number, visible: [0, 100], screenshot: null }], failed: [{ id: 8, reason: "there is no such id; take one from the last results or page, or open its URL" }] } }],
    ["python", { code: CODE }, { output: "1.169%", metadata: "interpreter", artefacts: [artefact(plot), artefact(sheet)], view: { kind: "python", code: CODE, outputs: [{ type: "text", text: "1.169%\n" }, { type: "image", id: plot.id, name: plot.name, media_type: plot.media_type }, table], ended: null, variables_lost: true, notes: [] } }],
    ["python", { code: "1 / 0" }, { output: "ZeroDivisionError: division by zero", view: { kind: "python", code: "1 / 0", outputs: [{ type: "error", name: "ZeroDivisionError", message: "division by zero", traceback: 'Traceback (most recent call last):\n  File "<cell>", line 1\nZeroDivisionError: division by zero' }], ended: null, variables_lost: false, notes: [] } }],
    ["browser_open", { url: "https://slow.example.com/report" }, { outcome: "error", output: "The page did not answer within 30 seconds." }],
    ["text_to_image", { prompt: "A calm landscape at dawn, in gouache" }, { output: "CogView 已经生成并向用户展示了生成的图片。\nThe picture (640x400) has been drawn and shown to the user.", metadata: "cogview_result", artefacts: [artefact(picture)], view: { kind: "image", prompt: "A calm landscape at dawn, in gouache", size: "640x400", seconds: 12.4 } }],
    ["remember", { fact: "Prefers figures with sources." }, { output: "Remembered as number 1. The user can see and change it.", view: { kind: "memory", remembered: "Prefers figures with sources." } }],
    ["growth_rate", { first: 6.17, last: 8.06, years: 23 }, { output: "0.01169", view: { kind: "function", output: "0.01169", printed: "" } }],
    ["update_plan", { steps: steps(2) }, { output: "The user sees the plan.", view: { kind: "plan", steps: steps(2) } }],
  ];
}

/** The finished items of the scene, in as many turns as calls and one. */
export function sceneItems(db, conversationId, at) {
  const usage = { prompt_tokens: 2400, completion_tokens: 90 };
  const items = [{ kind: "compaction", turn: 1, what: "history", tokens_before: 131000, tokens_after: 4200, summary: "The person asked about populations since 1960 and wants growth as a rate per year, with sources.", started_ms: at, finished_ms: at }];
  let clock = at;
  toolCalls(db, conversationId).forEach(([name, args, told], index) => {
    const id = `call_${index + 1}`;
    items.push({ kind: "turn", turn: index + 1, status: "finished", text: "", reasoning: index === 0 ? "Figures first, then the rate." : "", calls: [{ id, name, arguments: JSON.stringify(args) }], finish_reason: "tool_calls", usage, started_ms: clock, finished_ms: clock + 700, first_token_ms: 240, citations: [] });
    if (name === "growth_rate") clock += 4000;
    items.push({ kind: "call", turn: index + 1, call_id: id, name, arguments: JSON.stringify(args), status: "finished", outcome: "done", started_ms: clock + 710, finished_ms: clock + 1500, decision: name === "growth_rate" ? "approved" : null, progress: null, metadata: "", view: null, artefacts: [], sources: [], ...told });
    clock += 1600;
  });
  items.push({ kind: "turn", turn: 11, status: "finished", text: answer, reasoning: "", calls: [], finish_reason: "stop", usage, started_ms: clock, finished_ms: clock + 2100, first_token_ms: 380, citations: citations() });
  return items;
}

export const waitingCall = () => ({ call_id: `call_${newId().slice(0, 4)}`, name: "send_mail", arguments: JSON.stringify({ to: "ann@example.com", subject: "Growth of the world's population", body: "Dear Ann,\nthe average is 1.17 % a year.\nBest, Ada", attachments: ["population.csv"] }) });
