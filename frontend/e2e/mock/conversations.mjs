// The mock's conversations: branches, pages, sending, and the journal of runs.
import { iso, newId } from "./db.mjs";
import { find, page, Refusal } from "./rest.mjs";
import { createRun, playRun, wire } from "./runs.mjs";

function configFor(db, conversation) {
  const agent = find(db.agents, conversation.agent_id);
  const version = conversation.is_test ? null : db.versions.filter((one) => one.agent_id === agent.id).at(-1);
  return version?.config ?? agent.draft;
}

export function present(db, conversation) {
  const { name, avatar, opening_statement, starter_questions, variables } = configFor(db, conversation);
  const { owner_id: _owner, agent_id: _agent, ...rest } = conversation;
  return { ...rest, agent: { id: conversation.agent_id, name, avatar, opening_statement, starter_questions, variables } };
}

function presentMessage(db, message) {
  const { conversation_id: _conversation, ...rest } = message;
  const siblings = db.messages.filter((one) => one.conversation_id === message.conversation_id && one.parent_id === message.parent_id);
  return { ...rest, run: message.run_id ? db.runs.get(message.run_id).run : null, sibling_ids: siblings.map((one) => one.id) };
}

function branch(db, conversation) {
  const byId = new Map(db.messages.filter((one) => one.conversation_id === conversation.id).map((one) => [one.id, one]));
  const path = [];
  for (let at = byId.get(conversation.head_message_id); at; at = byId.get(at.parent_id)) path.unshift(at);
  return path;
}

function leafUnder(db, id) {
  const child = db.messages.filter((one) => one.parent_id === id).at(-1);
  return child ? leafUnder(db, child.id) : id;
}

function changed(conversation) {
  conversation.revision += 1;
  conversation.updated_at = iso();
  wire.emit(`conversation:${conversation.id}`, conversation.revision);
}

function messagesPage(db, conversation, query) {
  const path = branch(db, conversation);
  const limit = Number(query.limit ?? 50);
  const end = query.cursor ? Number(query.cursor) : path.length;
  const start = Math.max(0, end - limit);
  return { items: path.slice(start, end).map((one) => presentMessage(db, one)), next_cursor: start > 0 ? String(start) : null, revision: conversation.revision };
}

function startRun(db, conversation, body) {
  if (conversation.active_run_id) throw new Refusal(409, "run_in_progress", "A run of this conversation is open.");
  const message = (role, parent_id, text, files = []) => {
    const made = { id: newId(), conversation_id: conversation.id, parent_id, role, text, run_id: null, files, created_at: iso() };
    db.messages.push(made);
    return made;
  };
  const user = body.regenerate ? find(db.messages, find(db.messages, body.regenerate).parent_id) : message("user", body.parent_id === undefined ? conversation.head_message_id : body.parent_id, body.text, (body.file_ids ?? []).map((id) => find(db.files, id)));
  const reply = message("assistant", user.id, "");
  const run = createRun(db, conversation, reply.id, find(db.agents, conversation.agent_id));
  Object.assign(reply, { run_id: run.id });
  Object.assign(conversation, { head_message_id: reply.id, active_run_id: run.id, title: conversation.title || user.text.slice(0, 60) });
  changed(conversation);
  void playRun(db, run.id, user.text, (entry) => {
    reply.text = entry.run.items.filter((item) => item.kind === "turn").map((item) => item.text).join("\n\n");
    conversation.active_run_id = null;
    changed(conversation);
  });
  return { run: structuredClone(run), user_message: presentMessage(db, user), reply: structuredClone(presentMessage(db, reply)) };
}

function once(db, key, make) {
  if (!key) return make();
  if (!db.idempotency.has(key)) db.idempotency.set(key, make());
  return db.idempotency.get(key);
}

function search(db, conversations, q) {
  if (!q) return conversations.map((one) => present(db, one));
  const words = q.toLowerCase();
  return conversations.flatMap((one) => {
    const hit = db.messages.find((message) => message.conversation_id === one.id && message.text.toLowerCase().includes(words));
    if (!hit && !one.title.toLowerCase().includes(words)) return [];
    const at = hit ? hit.text.toLowerCase().indexOf(words) : 0;
    return [{ ...present(db, one), snippet: hit ? hit.text.slice(Math.max(0, at - 30), at + 60).replaceAll("\n", " ") : one.title }];
  });
}

function exported(db, conversation, format) {
  if (format === "json") return [200, { title: conversation.title, messages: branch(db, conversation) }];
  return [200, `# ${conversation.title}\n\n${branch(db, conversation).map((one) => `**${one.role}**\n\n${one.text}`).join("\n\n")}`];
}

export const conversationRoutes = [
  ["GET", "/conversations", ({ db, user, query }) => {
    const mine = db.conversations.filter((one) => one.owner_id === user.id && !one.deleted_at && one.is_test === (query.test === "true") && (!query.agent_id || one.agent_id === query.agent_id));
    return [200, page(search(db, mine.sort((a, b) => b.updated_at.localeCompare(a.updated_at)), query.q), Number(query.limit ?? 50), query.cursor)];
  }],
  ["POST", "/conversations", ({ db, user, body }) => {
    const conversation = { id: newId(), owner_id: user.id, agent_id: find(db.agents, body.agent_id).id, title: "", title_source: "auto", is_test: body.test === true, variables: body.variables ?? {}, head_message_id: null, active_run_id: null, revision: 1, created_at: iso(), updated_at: iso(), deleted_at: null };
    db.conversations.push(conversation);
    return [201, present(db, conversation)];
  }],
  ["GET", "/conversations/:id", ({ db, params }) => [200, present(db, find(db.conversations, params.id))]],
  ["PATCH", "/conversations/:id", ({ db, params, body }) => {
    const conversation = find(db.conversations, params.id);
    if (body.head_message_id) conversation.head_message_id = leafUnder(db, body.head_message_id);
    if (body.title) Object.assign(conversation, { title: body.title, title_source: "user" });
    if (body.variables) conversation.variables = body.variables;
    conversation.revision += 1;
    return [200, present(db, conversation)];
  }],
  ["DELETE", "/conversations/:id", ({ db, params }) => { find(db.conversations, params.id).deleted_at = iso(); return [204]; }],
  ["POST", "/conversations/:id/restore", ({ db, params }) => [200, present(db, Object.assign(find(db.conversations, params.id), { deleted_at: null }))]],
  ["GET", "/conversations/:id/messages", ({ db, params, query }) => [200, messagesPage(db, find(db.conversations, params.id), query)]],
  ["GET", "/conversations/:id/export", ({ db, params, query }) => exported(db, find(db.conversations, params.id), query.format)],
  ["POST", "/conversations/:id/runs", ({ db, params, body, headers }) => [202, once(db, headers["idempotency-key"], () => startRun(db, find(db.conversations, params.id), body))]],
  ["GET", "/runs/:id", ({ db, params }) => { const entry = db.runs.get(params.id); if (!entry) throw new Refusal(404, "not_found", "No such run."); return [200, entry.run]; }],
  ["POST", "/runs/:id/cancel", ({ db, params }) => { const entry = db.runs.get(params.id); entry.cancelled = true; wire.emit(`decided:${params.id}`, { decision: "cancelled" }); return [200, entry.run]; }],
];
