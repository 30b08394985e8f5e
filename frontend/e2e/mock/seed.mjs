// Conversations to look at: one with tools, formulas and code, one very long, and some old ones.
import { answer, sceneItems, waitingCall } from "./alltools.mjs";
import { iso, newId } from "./db.mjs";
import { faultyItems } from "./faults.mjs";
import { addFile } from "./files.mjs";
import { landscapePng } from "./picture.mjs";

export const richAnswer = `The world grew by about **1.2 % a year** between 2000 and 2023.

## How it is worked out

The compound annual growth rate over $n$ years is

$$
r = \\left(\\frac{P_n}{P_0}\\right)^{1/n} - 1
$$

| Year | Population (billion) | Source |
|---|---:|---|
| 2000 | 6.17 | [World Bank](https://data.worldbank.org/indicator/SP.POP.TOTL) |
| 2010 | 6.99 | [World Bank](https://data.worldbank.org/indicator/SP.POP.TOTL) |
| 2023 | 8.06 | [World Bank](https://data.worldbank.org/indicator/SP.POP.TOTL) |

\`\`\`python
def cagr(first: float, last: float, years: int) -> float:
    """Compound annual growth rate, as a share."""
    return (last / first) ** (1 / years) - 1

print(f"{cagr(6.17, 8.06, 23):.2%}")  # 1.17%
\`\`\`

1. Take the ratio of the two figures.
2. Take its 23rd root.
3. Subtract one.

> Growth has slowed: it was 1.4 % a year around 2000 and is 0.9 % now.
`;

const POPULATION = "https://data.worldbank.org/indicator/SP.POP.TOTL";

export const pageView = (url, text) => ({ kind: "page", title: "Population, total", url, text, number: 1, visible: [0, 100], screenshot: null });

export function finishedRun(conversation, messageId, { text = richAnswer, at = Date.now(), tools = true, status = "finished", error = null, reasoning = "" } = {}) {
  const usage = { prompt_tokens: 512, completion_tokens: 284 };
  const turn = (number, start, extra) => ({
    kind: "turn", turn: number, status: "finished", text: "", reasoning: "", calls: [], finish_reason: "stop", usage,
    started_ms: at + start, finished_ms: at + start + 2100, first_token_ms: 380, citations: [], ...extra,
  });
  const call = (number, id, name, args, output, start, extra = {}) => ({
    kind: "call", turn: number, call_id: id, name, arguments: JSON.stringify(args), status: "finished", outcome: "done", output,
    started_ms: at + start, finished_ms: at + start + 900, decision: null, progress: null, metadata: "", view: null, artefacts: [], sources: [], ...extra,
  });
  const items = tools ? [
    turn(1, 0, { reasoning: "The person wants a rate over 23 years. I need both figures first, then the compound rate.", text: "I look the figures up first.", finish_reason: "tool_calls", calls: [{ id: "call_1", name: "browser_open", arguments: '{"url":"https://data.worldbank.org/indicator/SP.POP.TOTL"}' }] }),
    call(1, "call_1", "browser_open", { url: POPULATION }, "2000: 6,171,702,993\n2023: 8,061,876,001", 2150, { metadata: "browser_result", view: pageView(POPULATION, "2000: 6,171,702,993\n2023: 8,061,876,001") }),
    turn(2, 3100, { finish_reason: "tool_calls", calls: [{ id: "call_2", name: "calculator", arguments: '{"expression":"(8.06/6.17)^(1/23)-1"}' }] }),
    call(2, "call_2", "calculator", { expression: "(8.06/6.17)^(1/23)-1" }, "0.01169", 5250, { finished_ms: at + 5290 }),
    turn(3, 5400, { text }),
  ] : [turn(1, 0, { text, reasoning })];
  return {
    id: newId(), conversation_id: conversation.id, message_id: messageId, status, attempt: 1, items, usage, error, waiting: [], cost: null, last_seq: 120,
    agent_version: { id: newId(), number: 1 }, model: "smollm2-135m-instruct", queued_at: iso(at - 200), started_at: iso(at), ended_at: iso(at + 7500),
  };
}

export function addPair(db, conversation, question, options = {}) {
  const at = options.at ?? Date.now();
  const user = { id: newId(), conversation_id: conversation.id, parent_id: options.parent_id ?? conversation.head_message_id, role: "user", text: question, run_id: null, files: options.files ?? [], created_at: iso(at) };
  const reply = { id: newId(), conversation_id: conversation.id, parent_id: user.id, role: "assistant", text: options.text ?? richAnswer, run_id: null, files: [], created_at: iso(at) };
  const run = finishedRun(conversation, reply.id, options);
  run.items.length && (reply.run_id = run.id);
  db.runs.set(run.id, { run, events: [] });
  db.messages.push(user, reply);
  conversation.head_message_id = reply.id;
  return { user, reply, run };
}

export function addConversation(db, user, agent, title, at = Date.now()) {
  const conversation = {
    id: newId(), owner_id: user.id, agent_id: agent.id, title, title_source: title ? "auto" : "auto", is_test: false, variables: {}, head_message_id: null,
    active_run_id: null, revision: 1, created_at: iso(at), updated_at: iso(at), deleted_at: null,
  };
  db.conversations.push(conversation);
  return conversation;
}

export function seedConversations(db, user, [analyst, tutor, reviewer]) {
  const day = 864e5;
  const rich = addConversation(db, user, analyst, "World population growth, 2000 to 2023");
  addPair(db, rich, "Search for the global population from 2000 to 2023, then calculate the average annual growth rate");
  const first = rich.head_message_id;
  addPair(db, rich, "And for China alone?", { tools: false, text: "For China alone it was about **0.47 %** a year." });
  addPair(db, rich, "And for India alone?", { parent_id: first, tools: false, text: "For India alone it was about **1.35 %** a year." });
  seedAllTools(db, user, analyst);
  const failed = addConversation(db, user, reviewer, "Review of the parser change", Date.now() - 3600e3);
  addPair(db, failed, "Please review this", { tools: false, text: "", status: "failed", error: { code: "model_unavailable", message: "Connection refused" } });
  const chinese = addConversation(db, user, tutor, "求职信修改：突出研究经历", Date.now() - day);
  chinese.variables = { name: "小明" };
  addPair(db, chinese, "这句话通顺吗？“通过这次实习，使我学到了很多。”", { tools: false, text: "这句话**缺少主语**。“通过……，使……”连用，把主语淹没了。\n\n可以改为：\n\n1. 这次实习使我学到了很多。\n2. 通过这次实习，我学到了很多。", reasoning: "先判断句子成分。" });
  const long = addConversation(db, user, analyst, "A very long thread", Date.now() - 2 * day);
  for (let index = 1; index <= 1000; index += 1) addPair(db, long, `Question ${index}`, { tools: false, text: `Answer ${index}: ${"some words about the matter ".repeat(1 + (index % 9) * 4)}`, at: Date.now() - 2 * day });
  ["Quarterly numbers", "Names for the new project and a very long title that does not fit into the sidebar at all", "Trip to Chengdu"].forEach((title, index) => addPair(db, addConversation(db, user, analyst, title, Date.now() - (4 + index * 12) * day), "Hello", { tools: false, text: "Hello!" }));
  for (const conversation of db.conversations) conversation.updated_at = conversation.created_at;
}

function seedAllTools(db, user, agent) {
  const all = addConversation(db, user, agent, "All tools at work", Date.now() - 1800e3);
  const files = [addFile(db, all.id, { name: "questions-about-population.pdf", media_type: "application/pdf", bytes: Buffer.from("%PDF-1.4") }), addFile(db, all.id, { name: "mood.png", media_type: "image/png", bytes: landscapePng() })];
  const { run } = addPair(db, all, "Search for the global population from 2000 to 2023, then calculate the average annual growth rate and draw it", { text: answer, files });
  Object.assign(run, { items: sceneItems(db, all.id, Date.now() - 20e3), cost: 0.0124, model: "GLM-4 9B on the GPU box" });
  const faulty = addConversation(db, user, agent, "What can go wrong", Date.now() - 3000e3);
  const { run: wrong } = addPair(db, faulty, "Try everything", { text: "I try everything.", status: "failed", error: { code: "repeated_failure", message: "The same call failed five times." } });
  Object.assign(wrong, { items: faultyItems(db, faulty.id, Date.now() - 60e3) });
  const waiting = addConversation(db, user, agent, "Waiting for a decision", Date.now() - 2400e3);
  const asked = addPair(db, waiting, "Send Ann the growth rate", { tools: false, text: "I have the figures. May I send them?" });
  const calls = [{ ...waitingCall(), waits_for: "approval" }, { call_id: "call_0", name: "read_thermometer", arguments: '{"room":"lab 3"}', waits_for: "result" }];
  Object.assign(asked.run, { status: "waiting", waiting: calls, ended_at: null });
}
