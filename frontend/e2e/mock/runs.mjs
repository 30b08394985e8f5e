// Runs in the mock: a script streams events, a fold keeps the run, followers hear them.
import { EventEmitter, once } from "node:events";
import { answer, citations, toolCalls, waitingCall } from "./alltools.mjs";
import { iso, newId } from "./db.mjs";
import { answerFrom, knowledgeOf, lookedUp, queriesFor, recordUses } from "./knowledge-talk.mjs";
import { pageView, richAnswer } from "./seed.mjs";

export const wire = new EventEmitter();
wire.setMaxListeners(0);

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function createRun(db, conversation, messageId, agent) {
  const run = {
    id: newId(), conversation_id: conversation.id, message_id: messageId, status: "queued", attempt: 0, items: [], usage: { prompt_tokens: 0, completion_tokens: 0 },
    error: null, waiting: [], cost: null, last_seq: 0, agent_version: { id: newId(), number: agent.published?.number ?? null }, model: "", queued_at: iso(), started_at: null, ended_at: null,
  };
  db.runs.set(run.id, { run, events: [], cancelled: false });
  return run;
}

function fold(run, event) {
  const turn = run.items.findLast((item) => item.kind === "turn" && item.turn === event.turn);
  const call = run.items.find((item) => item.call_id === event.call_id);
  const folds = {
    run_started: () => Object.assign(run, { status: "running", attempt: event.attempt, model: event.model, waiting: [], started_at: iso() }),
    run_paused: () => Object.assign(run, { status: "waiting", waiting: event.waiting }),
    history_compacted: () => run.items.push({ kind: "compaction", turn: event.turn, what: event.what, tokens_before: event.tokens_before, tokens_after: event.tokens_after, summary: event.summary, started_ms: event.at_ms, finished_ms: event.at_ms }),
    call_progressed: () => { call.progress = { text: event.text, fraction: event.fraction }; },
    turn_started: () => run.items.push({ kind: "turn", turn: event.turn, status: "streaming", text: "", reasoning: "", calls: [], finish_reason: null, usage: null, started_ms: event.at_ms, finished_ms: null, first_token_ms: null, citations: [] }),
    reasoning_added: () => { turn.reasoning += event.text; },
    text_added: () => { turn.text += event.text; },
    turn_withdrawn: () => { run.items = run.items.filter((item) => item.turn !== event.turn); },
    turn_finished: () => Object.assign(turn, { status: "finished", text: event.text, reasoning: event.reasoning, calls: event.calls, finish_reason: event.finish_reason, usage: event.usage, first_token_ms: event.first_token_ms, citations: event.citations, finished_ms: event.at_ms }),
    call_started: () => run.items.push({ kind: "call", turn: event.turn, call_id: event.call_id, name: event.name, arguments: event.arguments, status: "running", outcome: null, output: null, started_ms: event.at_ms, finished_ms: null, decision: event.decision, progress: null, metadata: "", view: null, artefacts: [], sources: [] }),
    call_finished: () => Object.assign(call, { status: "finished", outcome: event.outcome, output: event.output, metadata: event.metadata, view: event.view, artefacts: event.artefacts, sources: event.sources, progress: null, finished_ms: event.at_ms }),
    run_finished: () => Object.assign(run, { status: "finished", usage: event.usage, ended_at: iso() }),
    run_failed: () => Object.assign(run, { status: "failed", usage: event.usage, error: { code: event.code, message: event.message }, ended_at: iso() }),
    run_cancelled: () => Object.assign(run, { status: "cancelled", usage: event.usage, ended_at: iso() }),
  };
  folds[event.type]();
  run.last_seq = event.seq;
}

function emit(entry, type, fields = {}) {
  const event = { seq: entry.events.length + 1, type, at_ms: Date.now(), ...fields };
  entry.events.push(event);
  fold(entry.run, event);
  wire.emit(`run:${entry.run.id}`, event);
}

async function say(db, entry, turn, text, { reasoning = "", calls = [], citations = [] } = {}) {
  const started = Date.now();
  emit(entry, "turn_started", { turn });
  await sleep(300);
  const usage = { prompt_tokens: 420, completion_tokens: Math.round(text.length / 4) };
  let written = "";
  const finish = (finish_reason) => emit(entry, "turn_finished", { turn, text: written, reasoning, calls: finish_reason === "cancelled" ? [] : calls, finish_reason, usage, first_token_ms: 300, citations: finish_reason === "cancelled" ? [] : citations });
  for (const [type, whole] of [["reasoning_added", reasoning], ["text_added", text]]) {
    for (const piece of whole.match(/[\s\S]{1,5}/g) ?? []) {
      if (entry.cancelled) { finish("cancelled"); return false; }
      if (type === "text_added") written += piece;
      emit(entry, type, { turn, text: piece });
      await sleep(1000 / db.speed);
    }
  }
  finish(calls.length ? "tool_calls" : "stop");
  return Date.now() > started;
}

async function useTool(entry, turn, id, name, args, told, decision = null) {
  emit(entry, "call_started", { turn, call_id: id, name, arguments: JSON.stringify(args), decision });
  for (const fraction of [0.3, 0.7]) {
    await sleep(name === "text_to_image" ? 1500 : 300);
    if (name === "text_to_image") emit(entry, "call_progressed", { call_id: id, text: `Drawing: step ${fraction * 20} of 20`, fraction });
  }
  emit(entry, "call_finished", { call_id: id, outcome: "done", metadata: "", view: null, artefacts: [], sources: [], ...told });
}

async function playAllTools(db, entry) {
  emit(entry, "history_compacted", { turn: 1, what: "history", tokens_before: 131000, tokens_after: 4200, summary: "They spoke of populations." });
  let turn = 0;
  for (const [name, args, told] of toolCalls(db, entry.run.conversation_id)) {
    turn += 1;
    const id = `call_${turn}`;
    if (!(await say(db, entry, turn, "", { calls: [{ id, name, arguments: JSON.stringify(args) }] }))) return false;
    await useTool(entry, turn, id, name, args, told);
  }
  return say(db, entry, turn + 1, answer, { citations: citations() });
}

/** Waits for a person, then does or does not do what was asked. */
async function playWaiting(db, entry, question) {
  const call = { ...waitingCall(), waits_for: /result/i.test(question) ? "result" : "approval" };
  if (!(await say(db, entry, 1, "I would send this.", { calls: [{ id: call.call_id, name: call.name, arguments: call.arguments }] }))) return false;
  emit(entry, "run_paused", { waiting: [call] });
  const [{ decision, note, output }] = await once(wire, `decided:${entry.run.id}`);
  if (decision === "cancelled") return false;
  emit(entry, "run_started", { attempt: 2, model: entry.run.model });
  const told = { approved: { output: "Sent." }, denied: { outcome: "denied", output: `Not allowed. ${note ?? ""}` }, answered: { output } }[decision];
  await useTool(entry, 1, call.call_id, call.name, JSON.parse(call.arguments), told, decision);
  return say(db, entry, 2, decision === "denied" ? "Then I do not send it." : `Done: ${told.output}`);
}

/** Looks up what the question needs: by calls of the model's, or once before it is asked, which is told as turn 0. */
async function playKnowledge(db, entry, question, knowledge) {
  const always = knowledge.mode === "always";
  const queries = always ? [question] : queriesFor(question);
  const calls = queries.map((query, index) => ({ id: always ? "lookup" : `call_${index + 1}`, name: "search_knowledge", arguments: JSON.stringify({ query }) }));
  if (!always && !(await say(db, entry, 1, "", { calls }))) return false;
  const sources = [];
  for (const [index, query] of queries.entries()) {
    const told = lookedUp(db, knowledge, query, sources.length + 1);
    sources.push(...told.sources);
    await useTool(entry, always ? 0 : 1, calls[index].id, "search_knowledge", { query }, told);
  }
  const { text, citations: cited } = answerFrom(question, sources);
  const going = await say(db, entry, always ? 1 : 2, text, { citations: cited });
  recordUses(db, entry.run, question);
  return going;
}

/** What is said depends on words in the question, so that tests can ask for a case. */
export async function playRun(db, runId, question, onEnd) {
  const entry = db.runs.get(runId);
  await sleep(250);
  emit(entry, "run_started", { attempt: 1, model: "smollm2-135m-instruct" });
  const usage = { prompt_tokens: 512, completion_tokens: 284 };
  let going = true;
  if (/fail/i.test(question)) {
    await sleep(300);
    emit(entry, "run_failed", { code: "model_unavailable", message: "Connection refused", usage });
    return onEnd(entry);
  }
  const knowledge = knowledgeOf(db, entry.run);
  if (knowledge) going = await playKnowledge(db, entry, question, knowledge);
  else if (/xss/i.test(question)) going = await say(db, entry, 1, question);
  else if (/all tools/i.test(question)) going = await playAllTools(db, entry);
  else if (/ask me/i.test(question)) going = await playWaiting(db, entry, question);
  else if (/tool|population|人口/i.test(question)) {
    const calls = [{ id: "call_1", name: "browser_open", arguments: '{"url":"https://data.worldbank.org"}' }];
    going = await say(db, entry, 1, "I look the figures up first.", { reasoning: "Both figures are needed before the rate can be worked out.", calls });
    if (going) await useTool(entry, 1, "call_1", "browser_open", { url: "https://data.worldbank.org" }, { output: "2000: 6.17 billion\n2023: 8.06 billion", metadata: "browser_result", view: pageView("https://data.worldbank.org", "2000: 6.17 billion\n2023: 8.06 billion") });
    if (going && /withdraw/i.test(question)) { emit(entry, "turn_started", { turn: 2 }); emit(entry, "text_added", { turn: 2, text: "Half an ans" }); await sleep(500); emit(entry, "turn_withdrawn", { turn: 2, reason: "worker_lost" }); emit(entry, "run_started", { attempt: 2, model: "smollm2-135m-instruct" }); }
    if (going) going = await say(db, entry, 2, richAnswer);
  } else if (/long/i.test(question)) going = await say(db, entry, 1, richAnswer.repeat(6));
  else going = await say(db, entry, 1, `You said: *${question}*.\n\nThis is a scripted answer of the mock, in two paragraphs, so that there is something to look at.`);
  emit(entry, entry.cancelled ? "run_cancelled" : "run_finished", { usage });
  return onEnd(entry);
}
