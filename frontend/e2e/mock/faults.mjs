// What it looks like when tools do not succeed: every face of a call that failed, was refused or was lost.
import { addFile } from "./files.mjs";
import { plotPng } from "./picture.mjs";

const traceback = "---------------------------------------------------------------------------\nKeyError                                  Traceback (most recent call last)\nCell In[4], line 2\n      1 people = {\"2000\": 6.17}\n----> 2 people[\"2023\"]\n\nKeyError: '2023'";

/** `[name, arguments, what came of it]`; arguments that are text stand as the model wrote them. */
function faultyCalls(db, conversationId) {
  const partial = addFile(db, conversationId, { name: "plot-1.png", media_type: "image/png", bytes: plotPng(), origin: "tool" });
  const { id, name, media_type, size } = partial;
  const python = (code, outputs, more = {}) => ({ metadata: "interpreter", view: { kind: "python", code, outputs, ended: null, variables_lost: false, notes: [], ...more } });
  return [
    ["update_plan", { steps: [] }, { outcome: "error", output: 'Give {"steps": [{"text": "Find the figures", "status": "pending"}]} with 1 to 20 steps. List should have at least 1 item after validation, not 0.' }],
    ["browser_search", { query: "world population" }, { outcome: "error", output: "No search provider is set up on this instance (GLMS_SEARCH_PROVIDER). Open addresses that you know with browser_open." }],
    ["browser_open", { url: "https://slow.example.com/a-report-whose-address-is-very-long-indeed/and-has-no-place-to-break" }, { outcome: "error", output: "The page did not answer within 30 seconds." }],
    ["browser_click", { ids: [3, 8] }, { outcome: "error", output: "There are no such ids. Take them from the last results or page, or open a URL." }],
    ["browser_search", { query: "population of Atlantis" }, { output: "Nothing was found. Try other words.\nVisible: 0% - 100%", metadata: "browser_result", view: { kind: "search", query: "population of Atlantis", results: [] } }],
    ["python", { code: 'people = {"2000": 6.17}\npeople["2023"]' }, { output: traceback, ...python('people = {"2000": 6.17}\npeople["2023"]', [{ type: "text", text: "reading…\n" }, { type: "error", name: "KeyError", message: "'2023'", traceback }]) }],
    ["python", { code: "while True:\n    pass" }, { output: "The code was stopped after 60 seconds.", artefacts: [{ id, name, media_type, size }], ...python("while True:\n    pass", [{ type: "image", id, name, media_type }], { ended: "timeout", variables_lost: true, notes: ["figures.xlsx is not in /mnt/data: it is larger than 50 MB"] }) }],
    ["python", '{"code": "print(1', { outcome: "error", output: "The arguments are not JSON: unexpected end of data. Make the call again, written out whole." }],
    ["text_to_image", { prompt: "A fox in fresh snow", size: "100x100" }, { outcome: "error", output: "Width and height are 512 to 2048 pixels and divisible by 32." }],
    ["remember", { fact: "x".repeat(40) }, { outcome: "error", output: "An agent remembers 100 facts at most; forget some first." }],
    ["forget", { number: 3 }, { output: "Forgotten.", view: { kind: "memory", forgotten: "Prefers tables." } }],
    ["growth_rate", { first: 0, last: 8.06, years: 23 }, { outcome: "error", output: "The function failed: ZeroDivisionError: float division by zero" }],
    ["send_mail", { to: "ann@example.com", body: "1.17 %" }, { outcome: "denied", decision: "denied", output: "The user did not allow this call. Do not try it again; go on without it, or ask what they would like.\nThey said: Not yet" }],
    ["read_thermometer", { room: "lab 3" }, { decision: "answered", output: "21.5 °C" }],
    ["send_mail", { to: "ann@example.com", body: "1.17 %" }, { outcome: "unknown", output: "This call was interrupted: it may have happened or not. Do not simply repeat it; check first, or ask the user." }],
    ["calculator", { expression: "1 / 0" }, { outcome: "error", output: "Division by zero at character 3." }],
    ["browser_open", { url: "https://population.example.org/wpp" }, { outcome: "cancelled", output: "" }],
  ];
}

/** One turn that asked for all of them, and the calls. */
export function faultyItems(db, conversationId, at) {
  const calls = faultyCalls(db, conversationId).map(([name, given, told], index) => ({ id: `fault_${index}`, name, arguments: typeof given === "string" ? given : JSON.stringify(given), told }));
  const turn = { kind: "turn", turn: 1, status: "finished", text: "I try everything.", reasoning: "", calls: calls.map(({ told: _told, ...call }) => call), finish_reason: "tool_calls", usage: { prompt_tokens: 900, completion_tokens: 300 }, started_ms: at, finished_ms: at + 900, first_token_ms: 200, citations: [] };
  const items = calls.map(({ id, name, arguments: given, told }, index) => ({ kind: "call", turn: 1, call_id: id, name, arguments: given, status: "finished", outcome: "done", started_ms: at + 1000 + index * 200, finished_ms: at + 1150 + index * 200, decision: null, progress: null, metadata: "", view: null, artefacts: [], sources: [], ...told }));
  return [turn, ...items];
}
