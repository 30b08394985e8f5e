// The mock's functions, memories, files and decisions.
import { iso, newId } from "./db.mjs";
import { addFile } from "./files.mjs";
import { find, page, Refusal } from "./rest.mjs";
import { wire } from "./runs.mjs";

const kinds = { str: "string", int: "integer", float: "number", bool: "boolean" };

/** A rough reading of the last `def` in the code; the server reads it properly. */
function signatureOf(code) {
  const wrong = code.split("\n").findIndex((line) => line.includes("def ") && !line.trimEnd().endsWith(":"));
  const refuse = (message, line) => Object.assign(new Refusal(422, "invalid_request", message, "code"), { detail: { line } });
  if (wrong >= 0) throw refuse("The code is not valid Python: expected ':'.", wrong + 1);
  const found = [...code.matchAll(/^def ([a-z]\w*)\(([^)]*)\)/gm)].at(-1);
  if (!found) throw refuse("There is no function in the code.", null);
  const properties = {};
  const required = [];
  for (const part of found[2].split(",").filter((one) => one.trim())) {
    const [, name, kind, other] = /\s*(\w+)(?:\s*:\s*(\w+))?(\s*=.*)?/.exec(part);
    properties[name] = { ...(kinds[kind] ? { type: kinds[kind] } : {}), description: new RegExp(`^\\s+${name}: (.+)$`, "m").exec(code)?.[1] ?? "" };
    if (!other) required.push(name);
  }
  return { name: found[1], description: /"""([^\n"]*)/.exec(code)?.[1] ?? "", parameters: { type: "object", properties, required } };
}

export function addFunction(db, user, { code, secret_names = [], changes_world = false, visibility = "private", workspace_id }) {
  const made = { id: newId(), workspace_id: workspace_id ?? user.default_workspace_id, owner: { id: user.id, name: user.name }, visibility, ...signatureOf(code), code, secret_names, changes_world, created_at: iso(), updated_at: iso() };
  db.functions.push(made);
  return made;
}

const isEditor = (db, user, workspaceId) => db.members.some((one) => one.user_id === user.id && one.workspace_id === workspaceId && one.role !== "viewer");
/** As the asking person sees it: every editor of the workspace may change it. */
const seen = (db, user, one) => ({ ...one, can_edit: isEditor(db, user, one.workspace_id) });

function tried(db, user, body) {
  if (!isEditor(db, user, body.workspace_id)) throw new Refusal(403, "forbidden", "Viewers cannot do this.");
  if (/raise |1 \/ 0/.test(body.code)) return { ok: false, output: "", error: "ZeroDivisionError: division by zero", printed: "before it failed\n", line: body.code.split("\n").findIndex((line) => /raise |1 \/ 0/.test(line)) + 1, ms: 31 };
  return { ok: true, output: JSON.stringify({ rate: 0.01169, given: body.arguments }), error: "", printed: "working…\n", line: null, ms: 24 };
}

function decide(db, params, decision, answer = {}) {
  const entry = db.runs.get(params.id);
  if (!entry) throw new Refusal(404, "not_found", "No such run.");
  const before = entry.decided?.[params.call];
  if (before && before !== decision) throw new Refusal(409, "already_decided", "This call was decided otherwise before.");
  entry.decided = { ...entry.decided, [params.call]: decision };
  if (!before) wire.emit(`decided:${params.id}`, { ...answer, call_id: params.call, decision });
  return [200, entry.run];
}

export const toolRoutes = [
  ["GET", "/functions", ({ db, user, query }) => [200, page(db.functions.filter((one) => !query.workspace_id || one.workspace_id === query.workspace_id).map((one) => seen(db, user, one)), 100)]],
  ["POST", "/functions/inspect", ({ body }) => [200, signatureOf(body.code)]],
  ["POST", "/functions/test", ({ db, user, body }) => [200, tried(db, user, body)]],
  ["POST", "/functions", ({ db, user, body }) => [201, seen(db, user, addFunction(db, user, body))]],
  ["GET", "/functions/:id", ({ db, user, params }) => [200, seen(db, user, find(db.functions, params.id))]],
  ["PATCH", "/functions/:id", ({ db, user, params, body }) => [200, seen(db, user, Object.assign(find(db.functions, params.id), body, signatureOf(body.code), { updated_at: iso() }))]],
  ["DELETE", "/functions/:id", ({ db, params }) => { db.functions = db.functions.filter((one) => one.id !== params.id); return [204]; }],
  ["GET", "/memories", ({ db }) => [200, page(db.memories, 100)]],
  ["PATCH", "/memories/:id", ({ db, params, body }) => [200, Object.assign(find(db.memories, params.id), body, { updated_at: iso() })]],
  ["DELETE", "/memories/:id", ({ db, params }) => { db.memories = db.memories.filter((one) => one.id !== params.id); return [204]; }],
  ["DELETE", "/memories", ({ db, query }) => { db.memories = db.memories.filter((one) => query.agent_id && one.agent.id !== query.agent_id); return [204]; }],
  ["POST", "/conversations/:id/files", ({ db, params, form }) => [201, addFile(db, find(db.conversations, params.id).id, form)]],
  ["GET", "/files/:id", ({ db, params }) => [200, find(db.files, params.id)]],
  ["DELETE", "/files/:id", ({ db, params }) => { db.files = db.files.filter((one) => one.id !== params.id); return [204]; }],
  ["GET", "/files/:id/content", ({ db, params }) => [200, { file: find(db.files, params.id), bytes: db.bytes.get(params.id) }]],
  ["POST", "/runs/:id/calls/:call/decision", ({ db, params, body }) => decide(db, params, body.decision === "approve" ? "approved" : "denied", body)],
  ["POST", "/runs/:id/calls/:call/result", ({ db, params, body }) => decide(db, params, "answered", body)],
];
