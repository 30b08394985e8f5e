// What an agent of the mock says from its knowledge bases: what it looks up, and an answer that cites it, not always rightly.
import { addAgent, iso } from "./db.mjs";
import { searchIn } from "./knowledge.mjs";
import { find } from "./rest.mjs";
import { addConversation, addPair } from "./seed.mjs";

const NAME = "search_knowledge";
const addressOf = (passage) => `/knowledge/documents/${passage.document.id}?chunk=${passage.chunk_id}`;

/** The knowledge of the agent that a run is of, and whose run it is; null where it has none. */
export function knowledgeOf(db, run) {
  const conversation = find(db.conversations, run.conversation_id);
  const agent = find(db.agents, conversation.agent_id);
  const published = conversation.is_test ? null : db.versions.filter((one) => one.agent_id === agent.id).at(-1);
  const { knowledge } = published?.config ?? agent.draft;
  return knowledge.bases.length > 0 ? { ...knowledge, user: find(db.users, conversation.owner_id) } : null;
}

/** What a search tells: its passages are numbered on from `from`. */
export function lookedUp(db, { user, bases, top_k: topK }, query, from) {
  const { passages, notes } = searchIn(db, user, { query, knowledge_ids: bases, top_k: topK ?? 4 });
  const numbered = passages.map((passage, index) => ({ ...passage, number: from + index }));
  const seen = numbered.map((one) => ({ number: one.number, knowledge_id: one.knowledge_id, document_id: one.document.id, chunk_id: one.chunk_id, name: one.document.name, page: one.page, text: one.text, scores: one.scores }));
  return {
    output: numbered.map((one) => `[${one.number}†source] ${one.document.name}\n${one.text}`).join("\n\n") || "Nothing was found. Try other words, or say that the documents do not tell.",
    metadata: "retrieval_result", view: { kind: "knowledge", query, passages: seen, notes },
    sources: numbered.map((one) => ({ number: one.number, title: one.document.name, url: addressOf(one), text: one.text })),
  };
}

/** Sentences of known answers: what the passage that they cite says, and whether it bears them out. */
const KNOWN = [
  { asked: /leave|hotel/i, queries: ["How many days of paid leave, and how many are carried over?", "How much may a hotel in Geneva cost?", "年假有多少天"], said: [
    ["25 days of paid leave", "You have **25 days** of paid leave a year, and 28 days from the fifth year on", ".", null],
    ["Up to five days", " Up to *ten* days may be carried over to the next year", ".\n\n", "not_supported"],
    ["in Geneva and Zürich", "A hotel in Geneva is paid up to 180 euros a night", ".", null],
    ["员工每年享有", "\n\n同一规定的中文版也写明，员工每年享有 25 天带薪年假", "。", null],
  ] },
];

const firstSentence = (text) => /^[^.。]*[.。]?/.exec(text)[0];

/** The answer to a question from what was looked up, with its citations. */
export function answerFrom(question, sources) {
  const known = KNOWN.find(({ asked }) => asked.test(question));
  const rows = known ? known.said : sources.slice(0, 1).map((one) => [one.text, firstSentence(one.text).replace(/[.。]$/, ""), ".", null]);
  let text = "";
  const citations = [];
  for (const [words, said, end, reason] of rows) {
    const source = sources.find((one) => one.text.includes(words));
    if (!source) continue;
    const start = [...(text + said)].length;
    const mark = `【${source.number}†source】`;
    text += said + mark + end;
    const evidence = source.text.split(/(?<=[.。])\s*/).find((one) => one.includes(words)) ?? firstSentence(source.text);
    citations.push({ start, end: start + mark.length, number: source.number, title: source.title, url: source.url, evidence: evidence.slice(0, 300), valid: reason === null, invalid_reason: reason });
  }
  return { text: text || "The documents do not tell.", citations };
}

export const queriesFor = (question) => KNOWN.find(({ asked }) => asked.test(question))?.queries ?? [question];

/** Remembers which documents an answer was given passages of, as the server does. */
export function recordUses(db, run, question, at = Date.now()) {
  const cited = new Set(run.items.flatMap((item) => (item.kind === "turn" ? item.citations.map((one) => one.number) : [])));
  const sources = run.items.flatMap((item) => item.sources ?? []).filter((one) => one.url.startsWith("/knowledge/documents/"));
  for (const id of new Set(sources.map((one) => one.url.slice(21, 57)))) {
    const own = sources.filter((one) => one.url.slice(21, 57) === id);
    db.knowledge.uses.unshift({ document_id: id, conversation_id: run.conversation_id, run_id: run.id, message_id: run.message_id, question, answered_at: iso(at), cited: own.some((one) => cited.has(one.number)) });
  }
}

function finishedTurn(turn, at, more) {
  return { kind: "turn", turn, status: "finished", text: "", reasoning: "", calls: [], finish_reason: "stop", usage: { prompt_tokens: 1900, completion_tokens: 120 }, started_ms: at, finished_ms: at + 1400, first_token_ms: 320, citations: [], ...more };
}

function finishedCall(turn, id, query, at, told) {
  return { kind: "call", turn, call_id: id, name: NAME, arguments: JSON.stringify({ query }), status: "finished", outcome: "done", started_ms: at, finished_ms: at + 42, decision: null, progress: null, artefacts: [], ...told };
}

function itemsOf(db, knowledge, question, at) {
  const queries = queriesFor(question).slice(0, knowledge.mode === "always" ? 1 : 9);
  const sources = [];
  const calls = queries.map((query, index) => {
    const told = lookedUp(db, knowledge, query, sources.length + 1);
    sources.push(...told.sources);
    return knowledge.mode === "always" ? finishedCall(0, "lookup", query, at, told) : finishedCall(1, `call_${index + 1}`, query, at + 1500, told);
  });
  const asked = calls.map(({ call_id: id, name, arguments: given }) => ({ id, name, arguments: given }));
  if (knowledge.mode === "always") return [...calls, finishedTurn(1, at + 60, answerFrom(question, sources))];
  return [finishedTurn(1, at, { text: "", calls: asked, finish_reason: "tool_calls" }), ...calls, finishedTurn(2, at + 1600, answerFrom(question, sources))];
}

function addTalk(db, user, agent, title, pairs) {
  const conversation = addConversation(db, user, agent, title, Date.now() - 1200e3);
  for (const { question, mode } of pairs) {
    const at = Date.now() - 1100e3;
    const { run, reply } = addPair(db, conversation, question, { at });
    run.items = itemsOf(db, { ...agent.draft.knowledge, mode, user }, question, at);
    reply.text = run.items.at(-1).text;
    recordUses(db, run, question, at);
  }
}

/** An agent with two bases, and what it was asked: once it searched by itself, once passages were looked up before. */
export function seedTalks(db, user, bases) {
  const agent = addAgent(db, user, {
    name: "Handbook helper", avatar: { emoji: "📚", color: "green" }, description: "Answers from the handbook, and says where it stands.", instructions: "Answer from the documents. Cite each sentence.",
    opening_statement: "Ask me how we work here.", starter_questions: ["How much leave do I have, and what is paid for a hotel?"], knowledge: { bases: bases.map((one) => one.id), mode: "tool", top_k: 4 },
  }, { published: true, visibility: "workspace" });
  addTalk(db, user, agent, "Leave and hotels", [{ question: "How much leave do I have, and what is paid for a hotel?", mode: "tool" }]);
  addTalk(db, user, agent, "Who may open the store of chemicals?", [{ question: "Who may open the chemicals' store?", mode: "always" }]);
  return agent;
}
