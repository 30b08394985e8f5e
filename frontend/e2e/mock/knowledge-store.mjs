// What the mock keeps of knowledge bases, and how its documents come along as time passes.
import { createHash } from "node:crypto";
import { iso, newId } from "./db.mjs";
import { blocksOf, cut } from "./knowledge-cut.mjs";
import { find, Refusal } from "./rest.mjs";

export const emptyKnowledge = () => ({ bases: [], documents: [], texts: new Map(), chunks: [], indexes: [], sites: [], questions: [], evaluations: [], models: [], uploads: new Map(), bytes: new Map(), uses: [], next_chunk: 1, drafts_due: [] });

export const usualChunking = { mode: "structure", size: 512, overlap: 64, parent_size: 1600, separators: [] };
const bundled = { source: "bundled", endpoint_id: null, model: "universal-sentence-encoder-multilingual", dimension: 512 };

export function addIndex(db, baseId, { chunking = usualChunking, embedding = bundled, status = "active", at = Date.now(), ...rest } = {}) {
  const index = { id: newId(), base_id: baseId, status, chunking, embedding, store: "faiss", documents_done: 0, documents_total: 0, documents_failed: 0, chunks: 0, created_at: iso(at), error: null, begun: Date.now(), ...rest };
  db.knowledge.indexes.push(index);
  return index;
}

export function addBase(db, user, { name, description = "", visibility = "private", workspace_id, chunking, embedding_id = null, fields = [] }) {
  const embedding = embedding_id ? { source: "endpoint", endpoint_id: embedding_id, model: find(db.knowledge.models, embedding_id).model, dimension: 1024 } : bundled;
  const base = {
    id: newId(), workspace_id: workspace_id ?? user.default_workspace_id, visibility, owner: { id: user.id, name: user.name }, name, description,
    retrieval: { mode: "hybrid", top_k: 6, threshold: null, rerank: false, rewrite: false, token_budget: 4000 }, fields, caption_model_id: null, created_at: iso(), updated_at: iso(),
  };
  db.knowledge.bases.push(base);
  base.active_id = addIndex(db, base.id, { chunking: chunking ?? usualChunking, embedding }).id;
  return base;
}

const FATES = [[/\blocked|password/i, "password_required", "The file is locked with a password."], [/broken|damaged/i, "malformed_pdf", "The file is damaged or cut off."], [/scan/i, "no_text", "There is no text in this file."], [/\.(exe|zip)$/i, "unsupported_type", "This cannot be read."]];
const TYPES = { pdf: "application/pdf", md: "text/markdown", txt: "text/plain", csv: "text/csv", xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", html: "text/html" };
export const PER_PAGE = 4;

export function addDocument(db, base, { name, bytes, origin = "file", source_url = null, site_id = null, metadata = {}, text = null, frozen = null, done = false, at = Date.now() }) {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const same = db.knowledge.documents.find((one) => one.knowledge_id === base.id && one.sha256 === sha256);
  if (same) return { document: same, created: false };
  const document = {
    id: newId(), knowledge_id: base.id, name, media_type: TYPES[name.split(".").pop()?.toLowerCase()] ?? (origin === "file" ? "application/octet-stream" : "text/plain"), size: bytes.length, sha256, source_url, site_id, origin,
    state: "received", progress: 0, error: null, warnings: [], pages: null, chunks: 0, characters: 0, metadata, enabled: true, created_at: iso(at), updated_at: iso(at), begun: Date.now(), frozen,
  };
  db.knowledge.documents.unshift(document);
  db.knowledge.bytes.set(document.id, bytes);
  db.knowledge.texts.set(document.id, (text ?? bytes.toString("utf8")) || name);
  if (frozen) Object.assign(document, frozen);
  if (done) finish(db, document);
  return { document, created: true };
}

function finish(db, document) {
  const wrong = FATES.find(([pattern]) => pattern.test(document.name));
  if (wrong) { Object.assign(document, { state: "failed", progress: 0, error: { code: wrong[1], message: wrong[2] } }); return; }
  const text = db.knowledge.texts.get(document.id);
  const pdf = document.media_type === "application/pdf";
  Object.assign(document, { state: "ready", progress: 1, error: null, characters: [...text].length, pages: pdf ? Math.ceil(blocksOf(text).length / PER_PAGE) : null });
  recut(db, document);
}

export function recut(db, document) {
  const { knowledge } = db;
  const base = find(knowledge.bases, document.knowledge_id);
  const index = find(knowledge.indexes, base.active_id);
  knowledge.chunks = knowledge.chunks.filter((one) => one.document_id !== document.id);
  const ids = new Map();
  for (const piece of cut(knowledge.texts.get(document.id), index.chunking, { perPage: document.media_type === "application/pdf" ? PER_PAGE : 0 })) {
    const id = knowledge.next_chunk++;
    ids.set(piece.position, id);
    knowledge.chunks.push({ ...piece, id, document_id: document.id, parent: piece.parent === null ? null : ids.get(piece.parent), enabled: true, edited: false, added: false });
  }
  document.chunks = knowledge.chunks.filter((one) => one.document_id === document.id && !one.is_parent).length;
}

/** Lets time have passed: documents, indexes, sites, drafts and evaluations come along with it. */
export function settle(db) {
  const scale = 60 / db.speed;
  const { knowledge } = db;
  for (const document of knowledge.documents) if (!document.frozen && ["received", "parsing", "embedding"].includes(document.state)) advance(db, document, (Date.now() - document.begun) / scale);
  for (const index of knowledge.indexes) if (index.status === "building" && !index.frozen) build(db, index, (Date.now() - index.begun) / scale);
  for (const site of knowledge.sites) if (["waiting", "crawling"].includes(site.state) && Date.now() - site.begun > 1500 * scale) crawl(db, site);
  for (const one of knowledge.evaluations) if (one.status === "running" && Date.now() - one.begun > 2000 * scale) Object.assign(one, measured(db, one));
  const due = knowledge.drafts_due.filter((one) => Date.now() - one.begun > 1500 * scale);
  knowledge.drafts_due = knowledge.drafts_due.filter((one) => !due.includes(one));
  for (const { base_id: id, count } of due) draft(db, id, count);
}

function advance(db, document, passed) {
  if (passed < 500) return;
  if (passed < 2500) Object.assign(document, { state: "parsing", progress: Math.min(1, (passed - 500) / 2000) });
  else if (passed < 5000) Object.assign(document, { state: "embedding", progress: Math.min(1, (passed - 2500) / 2500) });
  else finish(db, document);
}

function build(db, index, passed) {
  const own = db.knowledge.documents.filter((one) => one.knowledge_id === index.base_id && one.state === "ready");
  const share = Math.min(1, passed / 4000);
  Object.assign(index, { documents_total: own.length, documents_done: Math.floor(own.length * share), chunks: own.reduce((sum, one) => sum + one.chunks, 0) });
  if (share === 1) index.status = "ready";
}

function crawl(db, site) {
  const base = find(db.knowledge.bases, site.knowledge_id);
  const pages = site.depth === 0 ? 1 : Math.min(site.most_pages, 3);
  for (let page = 1; page <= pages; page += 1) {
    const url = page === 1 ? site.url : `${site.url.replace(/\/$/, "")}/page-${page}`;
    addDocument(db, base, { name: url, bytes: Buffer.from(`# Page ${page}\n\nWhat stands on ${url}.`), origin: "site", source_url: url, site_id: site.id });
  }
  Object.assign(site, { state: "done", pages, synced_at: iso() });
}

function draft(db, baseId, count) {
  const documents = new Set(db.knowledge.documents.filter((one) => one.knowledge_id === baseId).map((one) => one.id));
  const some = db.knowledge.chunks.filter((one) => documents.has(one.document_id) && !one.is_parent).slice(0, count);
  for (let at = 0; at < count; at += 1) {
    const chunk = some[at % some.length];
    db.knowledge.questions.unshift({ id: newId(), knowledge_id: baseId, text: `What is said about “${chunk.text.slice(0, 24).trim()}”? (${at + 1})`, status: "draft", gold: [{ document_id: chunk.document_id, start: chunk.start, end: chunk.end, quote: chunk.text }], origin: "model", created_at: iso() });
  }
}

function measured(db, evaluation) {
  const index = find(db.knowledge.indexes, evaluation.index_id);
  const questions = db.knowledge.questions.filter((one) => one.knowledge_id === evaluation.base_id && one.status === "confirmed");
  const better = index.chunking.size < 512 ? 0.08 : 0;
  const of = (base) => ({ recall_at_1: base + better, recall_at_k: Math.min(1, base + 0.15 + better), mrr: base + 0.06 + better, ndcg: base + 0.09 + better, k: 6, questions: questions.length });
  const by_mode = { hybrid: of(0.78), vector: of(0.62), keyword: of(0.7) };
  const rank = (at) => [1, 3, 1, null, 2, 1][(at + (better ? 1 : 0)) % 6];
  return { status: "done", metrics: by_mode.hybrid, by_mode, results: questions.map((one, at) => ({ question_id: one.id, rank: rank(at) })) };
}

export function addEvaluation(db, index, { done = false } = {}) {
  const evaluation = { id: newId(), base_id: index.base_id, index_id: index.id, status: "running", error: null, metrics: null, by_mode: {}, results: [], created_at: iso(), begun: Date.now() };
  if (done) Object.assign(evaluation, measured(db, evaluation));
  db.knowledge.evaluations.unshift(evaluation);
  return evaluation;
}

export function findBase(db, user, id) {
  const base = find(db.knowledge.bases, id);
  const member = db.members.find((one) => one.user_id === user.id && one.workspace_id === base.workspace_id);
  if (!member || (base.visibility === "private" && base.owner.id !== user.id)) throw new Refusal(404, "not_found", "There is no such knowledge base.");
  return base;
}

export const mayEdit = (db, user, base) => db.members.some((one) => one.user_id === user.id && one.workspace_id === base.workspace_id && one.role !== "viewer");

export function baseToEdit(db, user, id) {
  const base = findBase(db, user, id);
  if (!mayEdit(db, user, base)) throw new Refusal(403, "forbidden", "Viewers cannot change this.");
  return base;
}
