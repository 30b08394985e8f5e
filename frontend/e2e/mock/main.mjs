// A server with the contract's face and no engine behind it: for developing the page and for its component-level tests only.
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { fileOfForm } from "./files.mjs";
import { knowledgeRoutes } from "./knowledge.mjs";
import { measureRoutes } from "./knowledge-measure.mjs";
import { toolRoutes } from "./tools.mjs";
import { handleAuth } from "./auth.mjs";
import { conversationRoutes } from "./conversations.mjs";
import { emptyDb, newId, seededDb } from "./db.mjs";
import { Refusal, routes } from "./rest.mjs";
import { wire } from "./runs.mjs";

const port = Number(process.env.PORT ?? 8787);
const dist = process.env.MOCK_DIST ?? fileURLToPath(new URL("../../dist", import.meta.url));
const CSP = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const types = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html; charset=utf-8", ".woff2": "font/woff2", ".woff": "font/woff", ".ttf": "font/ttf", ".webmanifest": "application/manifest+json" };
const all = [...routes, ...toolRoutes, ...knowledgeRoutes, ...measureRoutes, ...conversationRoutes].map(([method, pattern, handler, access]) => ({ method, handler, access, pattern: new RegExp(`^${pattern.replace(/:(\w+)/g, "(?<$1>[^/]+)")}$`) }));

let db = process.env.MOCK_SEED === "fresh" ? emptyDb(process.env.MOCK_MODEL) : seededDb(process.env.MOCK_MODEL);
const faults = { down: false, lose: 0, lose_files: 0, lose_parts: 0 };

function cookies(request) {
  return Object.fromEntries((request.headers.cookie ?? "").split("; ").filter(Boolean).map((pair) => pair.split("=")));
}

function who(request) {
  const token = cookies(request).sessionid;
  const session = db.sessions.get(token);
  return { token, user: session ? db.users.find((one) => one.id === session.user_id) : undefined };
}

async function readBody(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const whole = Buffer.concat(parts);
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("multipart/")) return { form: fileOfForm(whole, type) };
  if (type === "application/offset+octet-stream") return { bytes: whole };
  return whole.length > 0 ? JSON.parse(whole.toString()) : undefined;
}

function answerFile(response, { file, bytes }, download) {
  const shown = /^image\/(png|jpeg|webp|gif)$/.test(file.media_type) && !download;
  response.writeHead(200, { "Content-Type": shown ? file.media_type : "application/octet-stream", "Content-Disposition": `${shown ? "inline" : "attachment"}; filename="${encodeURIComponent(file.name)}"`, "X-Content-Type-Options": "nosniff" });
  response.end(bytes);
}

function answer(response, status, body, headers = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body ?? null);
  const extra = typeof body === "string" ? { "Content-Type": "text/markdown; charset=utf-8", "Content-Disposition": 'attachment; filename="conversation.md"' } : { "Content-Type": "application/json" };
  response.writeHead(status, { ...extra, "Cache-Control": "no-store", ...headers });
  response.end(status === 204 ? undefined : text);
}

function refuse(response, refusal) {
  const known = refusal instanceof Refusal;
  if (!known) console.error(refusal);
  answer(response, known ? refusal.status : 500, { error: { code: known ? refusal.code : "internal", message: refusal.message, param: refusal.param ?? null, detail: refusal.detail ?? null, request_id: newId() } });
}

function serveEvents(request, response, runId, after) {
  const entry = db.runs.get(runId);
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  const send = (event) => {
    response.write(`id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    if (/^run_(finished|failed|cancelled)$/.test(event.type)) response.end();
  };
  entry.events.filter((event) => event.seq > after).forEach(send);
  if (entry.run.ended_at) return response.end();
  wire.on(`run:${runId}`, send);
  request.on("close", () => wire.off(`run:${runId}`, send));
}

async function serveApi(request, response, url) {
  const path = url.pathname.slice("/api/v1".length);
  const { user } = who(request);
  const body = await readBody(request);
  const events = /^\/runs\/([^/]+)\/events$/.exec(path);
  if (events && user) return serveEvents(request, response, events[1], Number(url.searchParams.get("after") ?? 0));
  for (const { method, pattern, handler, access } of all) {
    const match = method === request.method ? pattern.exec(path) : null;
    if (!match) continue;
    if (!user && access !== "public") throw new Refusal(401, "not_signed_in", "Sign in first.");
    if (faults.lose_parts > 0 && body?.bytes && match.groups?.id) { faults.lose_parts -= 1; return response.destroy(); }
    const [status, result, headers] = handler({ db, user, body, form: body?.form, params: match.groups ?? {}, query: Object.fromEntries(url.searchParams), headers: request.headers });
    if (faults.lose > 0 && path.endsWith("/runs")) { faults.lose -= 1; return response.destroy(); }
    if (faults.lose_files > 0 && body?.form) { faults.lose_files -= 1; return response.destroy(); }
    if (result?.bytes) return answerFile(response, result, url.searchParams.has("download"));
    return answer(response, status, result, headers);
  }
  throw new Refusal(404, "not_found", "No such route.");
}

async function serveAuth(request, response, url) {
  const { user, token } = who(request);
  const result = handleAuth(db, { method: request.method, path: url.pathname.slice("/_allauth/browser/v1".length), body: await readBody(request), user, token, agent: request.headers["user-agent"] });
  answer(response, result.status, result.body, { "Set-Cookie": ["csrftoken=mock; Path=/; SameSite=Lax", ...(result.cookie ? [result.cookie] : [])] });
}

/** Lets a test choose what the mock holds and how it misbehaves. */
async function serveControl(request, response) {
  const { seed, model, speed, signup_open: signupOpen, ...rest } = (await readBody(request)) ?? {};
  if (seed) db = seed === "fresh" ? emptyDb(model) : seededDb(model);
  if (speed) db.speed = speed;
  if (signupOpen !== undefined) db.instance.signup_open = signupOpen;
  Object.assign(faults, rest);
  if (rest.drop_sockets) for (const socket of sockets.clients) socket.terminate();
  answer(response, 200, { conversations: db.conversations.map(({ id, title }) => ({ id, title })), agents: db.agents.map(({ id, draft }) => ({ id, name: draft.name })), messages: db.messages.length });
}

function serveFile(response, url) {
  const wanted = normalize(join(dist, url.pathname));
  const file = wanted.startsWith(join(dist, "assets")) && existsSync(wanted) ? wanted : join(dist, "index.html");
  response.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream", "Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff" });
  createReadStream(file).pipe(response);
}

async function serve(request, response) {
  const url = new URL(request.url, "http://mock");
  try {
    if (url.pathname === "/__mock") return await serveControl(request, response);
    if (faults.down && /^\/(api|_allauth)/.test(url.pathname)) return response.destroy();
    if (url.pathname.startsWith("/api/v1")) return await serveApi(request, response, url);
    if (url.pathname.startsWith("/_allauth/")) return await serveAuth(request, response, url);
    return serveFile(response, url);
  } catch (error) {
    return refuse(response, error);
  }
}

const server = createServer((request, response) => void serve(request, response));
const sockets = new WebSocketServer({ noServer: true });

function attach(socket) {
  const listening = new Map();
  const stop = (name) => { const listener = listening.get(name); if (listener) wire.off(name, listener); listening.delete(name); };
  const start = (name, listener) => { stop(name); listening.set(name, listener); wire.on(name, listener); };
  const send = (message) => socket.send(JSON.stringify(message));
  const follow = (runId, after) => {
    const entry = db.runs.get(runId);
    if (!entry) return send({ type: "error", code: "not_found", message: "No such run.", run_id: runId });
    const give = (event) => {
      send({ type: "event", run_id: runId, event });
      if (/^run_(finished|failed|cancelled)$/.test(event.type)) send({ type: "end", run_id: runId });
    };
    entry.events.filter((event) => event.seq > after).forEach(give);
    return start(`run:${runId}`, give);
  };
  socket.on("message", (data) => {
    const message = JSON.parse(data.toString());
    if (message.type === "ping") send({ type: "pong" });
    if (message.type === "follow") follow(message.run_id, message.after);
    if (message.type === "unfollow") stop(`run:${message.run_id}`);
    if (message.type === "unwatch") stop(`conversation:${message.conversation_id}`);
    if (message.type === "watch") {
      const told = (revision) => send({ type: "conversation_changed", conversation_id: message.conversation_id, revision });
      told(db.conversations.find((one) => one.id === message.conversation_id)?.revision ?? 0);
      start(`conversation:${message.conversation_id}`, told);
    }
  });
  socket.on("close", () => [...listening.keys()].forEach(stop));
}

server.on("upgrade", (request, socket, head) => {
  if (faults.down || faults.no_socket) return socket.destroy();
  return sockets.handleUpgrade(request, socket, head, (open) => (who(request).user ? attach(open) : open.close(4401)));
});
server.listen(port, "127.0.0.1", () => console.log(`mock on http://127.0.0.1:${port}`));
