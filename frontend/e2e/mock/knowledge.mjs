// The mock's routes of knowledge bases: bases, documents, passages, searching.
import { iso, newId } from "./db.mjs";
import { blocksOf, cut, ranked, satisfies } from "./knowledge-cut.mjs";
import { pagePng } from "./knowledge-pages.mjs";
import { addBase, addDocument, baseToEdit, findBase, mayEdit, PER_PAGE, recut, settle } from "./knowledge-store.mjs";
import { find, page, Refusal } from "./rest.mjs";

const shownIndex = ({ base_id: _base, begun: _begun, frozen: _frozen, ...index }) => index;
const shownDocument = ({ begun: _begun, frozen: _frozen, ...document }) => document;
const shownSite = ({ begun: _begun, ...site }) => site;

export function shownBase(db, user, base) {
  const { active_id: active, ...shown } = base;
  const own = db.knowledge.documents.filter((one) => one.knowledge_id === base.id);
  const count = (...states) => own.filter((one) => states.includes(one.state)).length;
  const indexes = db.knowledge.indexes.filter((one) => one.base_id === base.id);
  const chunks = own.reduce((sum, one) => sum + one.chunks, 0);
  const activeIndex = Object.assign(find(indexes, active), { chunks, documents_total: own.length, documents_done: count("ready", "failed"), documents_failed: count("failed") });
  const other = indexes.find((one) => one.status === "building" || one.status === "failed");
  return { ...shown, active_index: shownIndex(activeIndex), building_index: other ? shownIndex(other) : null, counts: { documents: own.length, working: count("received", "parsing", "embedding"), ready: count("ready"), failed: count("failed"), chunks }, can_edit: mayEdit(db, user, base) };
}

function findDocument(db, user, id, { edit = false } = {}) {
  const document = find(db.knowledge.documents, id);
  (edit ? baseToEdit : findBase)(db, user, document.knowledge_id);
  return document;
}

function findChunk(db, user, id, { edit = true } = {}) {
  const chunk = find(db.knowledge.chunks, Number(id));
  findDocument(db, user, chunk.document_id, { edit });
  return chunk;
}

const refuse = (message, param, code = "invalid_request") => { throw new Refusal(422, code, message, param); };

function checkChunking(chunking) {
  if (chunking && chunking.overlap >= chunking.size) refuse("The overlap must be less than the size.", "chunking");
}

function changeBase(db, user, { params, body }) {
  const base = baseToEdit(db, user, params.id);
  if (body.name === "taken") refuse("This name is taken.", "name");
  const names = body.fields?.map((one) => one.name) ?? [];
  if (names.some((name) => !/^[^\W\d]\w*$/u.test(name))) refuse("A field is named by letters, digits and underscores, a letter first.", "fields");
  const { retrieval, ...rest } = body;
  Object.assign(base, rest, { retrieval: { ...base.retrieval, ...retrieval }, updated_at: iso() });
  return shownBase(db, user, base);
}

export function searchIn(db, user, body) {
  const bases = body.knowledge_ids.map((id) => findBase(db, user, id));
  const documents = new Map(db.knowledge.documents.filter((one) => bases.some((base) => base.id === one.knowledge_id) && one.state === "ready" && one.enabled && satisfies(one.metadata, body.filter)).map((one) => [one.id, one]));
  const rows = ranked(body.query, db.knowledge.chunks.filter((one) => documents.has(one.document_id) && one.enabled && !one.is_parent), { mode: body.mode ?? bases[0].retrieval.mode, threshold: body.threshold ?? null });
  const passages = rows.slice(0, body.top_k ?? bases[0].retrieval.top_k).map(({ chunk, scores, matched }, index) => {
    const document = documents.get(chunk.document_id);
    const { id, text, start, end, page: on, boxes, headings } = chunk;
    return { chunk_id: id, chunk_ids: index === 1 ? [id, id + 1] : [id], knowledge_id: document.knowledge_id, document: { id: document.id, name: document.name, media_type: document.media_type }, text, start, end, page: on, boxes, headings, scores: { ...scores, rerank: body.rerank ? 0.97 - index * 0.11 : null }, matched, metadata: document.metadata };
  });
  return { query: body.query, passages, ms: { embed: 11, search: 4, rerank: body.rerank ? 38 : 0, total: body.rerank ? 54 : 16 }, notes: /encoder away/.test(body.query) ? ["The encoder is away, so only words were looked for."] : [] };
}

export function addChunk(db, document, body) {
  const own = db.knowledge.chunks.filter((one) => one.document_id === document.id);
  const after = own.find((one) => one.id === body.after) ?? own.at(-1);
  const chunk = { id: db.knowledge.next_chunk++, document_id: document.id, position: (after?.position ?? -1) + 0.5, text: body.text, question: body.question ?? "", start: after?.end ?? 0, end: after?.end ?? 0, page: null, boxes: [], headings: after?.headings ?? [], kind: "paragraph", tokens: Math.ceil(body.text.length / 4), parent: null, is_parent: false, enabled: true, edited: false, added: true };
  db.knowledge.chunks.splice(after ? db.knowledge.chunks.indexOf(after) + 1 : db.knowledge.chunks.length, 0, chunk);
  document.chunks += 1;
  return chunk;
}

function documentsOf(db, user, params, query) {
  findBase(db, user, params.id);
  const words = (query.q ?? "").toLowerCase();
  const rows = db.knowledge.documents.filter((one) => one.knowledge_id === params.id && one.name.toLowerCase().includes(words) && (!query.state || one.state === query.state));
  return page(rows.map(shownDocument), Number(query.limit ?? 50), query.cursor);
}

function textOf(db, document) {
  if (!["ready", "embedding"].includes(document.state)) throw new Refusal(409, "not_parsed", "This document has not been read yet, or could not be.");
  const text = db.knowledge.texts.get(document.id);
  return { text, blocks: blocksOf(text), pages: [], encoding: "utf-8", title: "" };
}

/** Everything is asked through here, so that time has passed for all of it. */
const at = (handler) => (request) => { settle(request.db); return handler(request); };
const doc = (deed) => at(({ db, user, params, body }) => [200, shownDocument(deed(db, findDocument(db, user, params.id, { edit: true }), body) ?? findDocument(db, user, params.id))]);

export const knowledgeRoutes = [
  ["POST", "/knowledge/search", at(({ db, user, body }) => [200, searchIn(db, user, body)])],
  ["GET", "/knowledge", at(({ db, user, query }) => [200, page(db.knowledge.bases.filter((one) => (!query.workspace_id || one.workspace_id === query.workspace_id) && (one.visibility === "workspace" || one.owner.id === user.id) && one.name.toLowerCase().includes((query.q ?? "").toLowerCase())).map((one) => shownBase(db, user, one)), 100)])],
  ["POST", "/knowledge", at(({ db, user, body }) => { if (body.name === "taken") refuse("This name is taken.", "name"); checkChunking(body.chunking); return [201, shownBase(db, user, addBase(db, user, body))]; })],
  ["GET", "/knowledge/:id", at(({ db, user, params }) => [200, shownBase(db, user, findBase(db, user, params.id))])],
  ["PATCH", "/knowledge/:id", at((request) => [200, changeBase(request.db, request.user, request)])],
  ["DELETE", "/knowledge/:id", at(({ db, user, params }) => { baseToEdit(db, user, params.id); db.knowledge.bases = db.knowledge.bases.filter((one) => one.id !== params.id); return [204]; })],
  ["GET", "/knowledge/:id/documents", at(({ db, user, params, query }) => [200, documentsOf(db, user, params, query)])],
  ["POST", "/knowledge/:id/documents", at(({ db, user, params, form }) => { const { document, created } = addDocument(db, baseToEdit(db, user, params.id), { name: form.name, bytes: form.bytes }); return [created ? 201 : 200, shownDocument(document)]; })],
  ["POST", "/knowledge/:id/documents/text", at(({ db, user, params, body }) => { const { document, created } = addDocument(db, baseToEdit(db, user, params.id), { name: body.name, bytes: Buffer.from(body.text), origin: "text" }); return [created ? 201 : 200, shownDocument(document)]; })],
  ["GET", "/knowledge/:id/sites", at(({ db, params }) => [200, page(db.knowledge.sites.filter((one) => one.knowledge_id === params.id).map(shownSite))])],
  ["POST", "/knowledge/:id/sites", at(({ db, user, params, body }) => { baseToEdit(db, user, params.id); const site = { id: newId(), knowledge_id: params.id, ...body, state: "crawling", pages: 0, error: null, synced_at: null, created_at: iso(), begun: Date.now() }; db.knowledge.sites.unshift(site); return [201, shownSite(site)]; })],
  ["POST", "/sites/:id/sync", at(({ db, params }) => [202, shownSite(Object.assign(find(db.knowledge.sites, params.id), { state: "crawling", error: null, begun: Date.now() }))])],
  ["DELETE", "/sites/:id", at(({ db, params }) => { db.knowledge.sites = db.knowledge.sites.filter((one) => one.id !== params.id); db.knowledge.documents = db.knowledge.documents.filter((one) => one.site_id !== params.id); return [204]; })],
  ["GET", "/documents/:id", at(({ db, user, params }) => [200, shownDocument(findDocument(db, user, params.id))])],
  ["PATCH", "/documents/:id", doc((_db, document, body) => { if (body.metadata?.year === 13) refuse("This must be a year.", "metadata.year"); return Object.assign(document, body, { updated_at: iso() }); })],
  ["DELETE", "/documents/:id", at(({ db, user, params }) => { findDocument(db, user, params.id, { edit: true }); db.knowledge.documents = db.knowledge.documents.filter((one) => one.id !== params.id); db.knowledge.chunks = db.knowledge.chunks.filter((one) => one.document_id !== params.id); return [204]; })],
  ["POST", "/documents/:id/retry", doc((_db, document) => Object.assign(document, { state: "received", progress: 0, error: null, frozen: null, begun: Date.now(), name: document.name.replace(/^locked /, "unlocked ") }))],
  ["POST", "/documents/:id/cancel", doc((_db, document) => Object.assign(document, { state: "cancelled", progress: 0, frozen: null }))],
  ["GET", "/documents/:id/content", at(({ db, user, params }) => { const file = findDocument(db, user, params.id); return [200, { file, bytes: db.knowledge.bytes.get(file.id) }]; })],
  ["GET", "/documents/:id/text", at(({ db, user, params }) => [200, textOf(db, findDocument(db, user, params.id))])],
  ["GET", "/documents/:id/pages/:page", at(({ db, user, params }) => { findDocument(db, user, params.id); return [200, { file: { name: "page.png", media_type: "image/png" }, bytes: pagePng(Number(params.page), PER_PAGE) }]; })],
  ["GET", "/documents/:id/answers", at(({ db, user, params, query }) => { findDocument(db, user, params.id); return [200, page(db.knowledge.uses.filter((one) => one.document_id === params.id).map(({ document_id: _document, ...use }) => use), Number(query.limit ?? 50), query.cursor)]; })],
  ["GET", "/documents/:id/chunks", at(({ db, user, params, query }) => { findDocument(db, user, params.id); return [200, page(db.knowledge.chunks.filter((one) => one.document_id === params.id).sort((a, b) => a.position - b.position), Number(query.limit ?? 50), query.cursor)]; })],
  ["POST", "/documents/:id/chunks", at(({ db, user, params, body }) => [201, addChunk(db, findDocument(db, user, params.id, { edit: true }), body)])],
  ["GET", "/chunks/:id", at(({ db, user, params }) => [200, findChunk(db, user, params.id, { edit: false })])],
  ["PATCH", "/chunks/:id", at(({ db, user, params, body }) => { const chunk = findChunk(db, user, params.id); return [200, Object.assign(chunk, body, body.text === undefined || body.text === chunk.text ? {} : { edited: true })]; })],
  ["DELETE", "/chunks/:id", at(({ db, user, params }) => { const chunk = findChunk(db, user, params.id); db.knowledge.chunks = db.knowledge.chunks.filter((one) => one !== chunk); find(db.knowledge.documents, chunk.document_id).chunks -= 1; return [204]; })],
  ["POST", "/knowledge/:id/preview", at(({ db, user, body }) => { checkChunking(body.chunking); const document = findDocument(db, user, body.document_id); const pieces = cut(db.knowledge.texts.get(document.id), body.chunking, { perPage: document.media_type === "application/pdf" ? PER_PAGE : 0 }); return [200, { pieces: pieces.slice(0, 200), total: pieces.length }]; })],
  ["GET", "/knowledge/:id/indexes", at(({ db, user, params }) => { shownBase(db, user, findBase(db, user, params.id)); return [200, page(db.knowledge.indexes.filter((one) => one.base_id === params.id).map(shownIndex).reverse())]; })],
  ["POST", "/indexes/:id/activate", at(({ db, user, params }) => {
    const index = find(db.knowledge.indexes, params.id);
    const base = baseToEdit(db, user, index.base_id);
    if (index.status !== "ready") throw new Refusal(409, "not_ready", "This index is not ready yet.");
    find(db.knowledge.indexes, base.active_id).status = "ready";
    Object.assign(index, { status: "active" });
    base.active_id = index.id;
    db.knowledge.documents.filter((one) => one.knowledge_id === base.id && one.state === "ready" && one.origin !== "corrections").forEach((one) => recut(db, one));
    return [200, shownBase(db, user, base)];
  })],
  ["DELETE", "/indexes/:id", at(({ db, params }) => { db.knowledge.indexes = db.knowledge.indexes.filter((one) => one.id !== params.id); return [204]; })],
];
