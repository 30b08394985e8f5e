// The mock's routes of test questions, evaluations, new indexes, models, corrections and uploads in parts.
import { iso, newId } from "./db.mjs";
import { addChunk } from "./knowledge.mjs";
import { addDocument, addEvaluation, addIndex, baseToEdit, findBase, settle } from "./knowledge-store.mjs";
import { find, page, Refusal } from "./rest.mjs";

const shownEvaluation = ({ base_id: _base, begun: _begun, ...evaluation }) => evaluation;
const shownIndex = ({ base_id: _base, begun: _begun, frozen: _frozen, ...index }) => index;

function checkGold(body) {
  if (body.gold?.length === 0) throw new Refusal(422, "invalid_request", "Say where the answer stands before you confirm the question.", "gold");
}

function buildIndex(db, user, { params, body }) {
  const base = baseToEdit(db, user, params.id);
  const active = find(db.knowledge.indexes, base.active_id);
  if (body.chunking && body.chunking.overlap >= body.chunking.size) throw new Refusal(422, "invalid_request", "The overlap must be less than the size.", "chunking");
  const embedding = body.embedding_id ? { source: "endpoint", endpoint_id: body.embedding_id, model: find(db.knowledge.models, body.embedding_id).model, dimension: 1024 } : active.embedding;
  return [202, shownIndex(addIndex(db, base.id, { chunking: body.chunking ?? active.chunking, embedding, status: "building" }))];
}

/** A test question: confirmed where a document says the answer word by word, else a draft. */
function correctQuestion(db, base, { question, answer }) {
  const own = new Set(db.knowledge.documents.filter((one) => one.knowledge_id === base.id).map((one) => one.id));
  const words = answer.trim();
  const gold = db.knowledge.chunks.filter((one) => own.has(one.document_id) && one.text.includes(words)).slice(0, 3).map((one) => ({ document_id: one.document_id, start: one.start + one.text.indexOf(words), end: one.start + one.text.indexOf(words) + words.length, quote: words }));
  const made = { id: newId(), knowledge_id: base.id, text: question, status: gold.length > 0 ? "confirmed" : "draft", gold, origin: "feedback", created_at: iso() };
  db.knowledge.questions.unshift(made);
  return { document_id: null, chunk_id: null, question_id: made.id };
}

/** A passage of the base's document of corrections, which has no text of its own. */
function correctChunk(db, base, { question, answer }) {
  const there = db.knowledge.documents.find((one) => one.knowledge_id === base.id && one.origin === "corrections");
  const document = there ?? addDocument(db, base, { name: "Corrections", bytes: Buffer.from(""), origin: "corrections", frozen: { state: "ready", progress: 1 } }).document;
  if (!there) { db.knowledge.texts.set(document.id, ""); document.media_type = "text/plain"; }
  return { document_id: document.id, chunk_id: addChunk(db, document, { text: answer, question }).id, question_id: null };
}

const told = (header) => Object.fromEntries((header ?? "").split(",").map((pair) => { const [name, value = ""] = pair.trim().split(" "); return [name, Buffer.from(value, "base64").toString()]; }));
const tus = (more = {}) => ({ "Tus-Resumable": "1.0.0", ...more });

function beginUpload(db, user, headers) {
  const { knowledge_id: id, filename } = told(headers["upload-metadata"]);
  baseToEdit(db, user, id);
  const upload = { id: newId(), base_id: id, name: filename, size: Number(headers["upload-length"]), parts: [], received: 0, document: null, known: false };
  db.knowledge.uploads.set(upload.id, upload);
  return [201, null, tus({ Location: `/api/v1/uploads/${upload.id}`, "Upload-Offset": "0" })];
}

const findUpload = (db, id) => { const upload = db.knowledge.uploads.get(id); if (!upload) throw new Refusal(404, "not_found", "There is no such upload."); return upload; };
const standing = (upload) => tus({ "Upload-Offset": String(upload.received), "Upload-Length": String(upload.size), ...(upload.document ? { "Glms-Document": upload.document.id } : {}), ...(upload.known ? { "Glms-Duplicate": "true" } : {}) });

function appendUpload(db, params, headers, bytes) {
  const upload = findUpload(db, params.id);
  if (Number(headers["upload-offset"]) !== upload.received) throw new Refusal(409, "wrong_offset", `The next part begins at ${upload.received}.`);
  upload.parts.push(bytes);
  upload.received += bytes.length;
  if (upload.received === upload.size) {
    const { document, created } = addDocument(db, find(db.knowledge.bases, upload.base_id), { name: upload.name, bytes: Buffer.concat(upload.parts), text: `# ${upload.name}\n\nA large file of ${upload.size} bytes.` });
    Object.assign(upload, { document, known: !created, parts: [] });
  }
  return [204, null, standing(upload)];
}

const at = (handler) => (request) => { settle(request.db); return handler(request); };

export const measureRoutes = [
  ["GET", "/knowledge/:id/questions", at(({ db, user, params, query }) => { findBase(db, user, params.id); return [200, page(db.knowledge.questions.filter((one) => one.knowledge_id === params.id && (!query.status || one.status === query.status)), 100, query.cursor)]; })],
  ["POST", "/knowledge/:id/questions/draft", at(({ db, user, params, body }) => { baseToEdit(db, user, params.id); db.knowledge.drafts_due.push({ base_id: params.id, count: body.count, begun: Date.now() }); return [202, { count: body.count }]; })],
  ["POST", "/knowledge/:id/questions", at(({ db, user, params, body }) => { baseToEdit(db, user, params.id); checkGold(body); const made = { id: newId(), knowledge_id: params.id, status: "confirmed", ...body, origin: "person", created_at: iso() }; db.knowledge.questions.unshift(made); return [201, made]; })],
  ["PATCH", "/questions/:id", at(({ db, params, body }) => { checkGold(body); return [200, Object.assign(find(db.knowledge.questions, params.id), body)]; })],
  ["DELETE", "/questions/:id", at(({ db, params }) => { db.knowledge.questions = db.knowledge.questions.filter((one) => one.id !== params.id); return [204]; })],
  ["GET", "/knowledge/:id/evaluations", at(({ db, params }) => [200, page(db.knowledge.evaluations.filter((one) => one.base_id === params.id).map(shownEvaluation))])],
  ["POST", "/knowledge/:id/evaluations", at(({ db, user, params, body }) => { baseToEdit(db, user, params.id); return [202, page(body.index_ids.map((id) => shownEvaluation(addEvaluation(db, find(db.knowledge.indexes, id)))))]; })],
  ["POST", "/knowledge/:id/indexes", at((request) => buildIndex(request.db, request.user, request))],
  ["GET", "/knowledge-models", ({ db, user }) => [200, page(db.knowledge.models.map((one) => ({ ...one, ...(user.is_instance_owner ? {} : { url: null, has_key: false, status_detail: "" }) })))]],
  ["POST", "/knowledge-models", ({ db, body }) => {
    const { api_key: key, ...rest } = body;
    if (db.knowledge.models.some((one) => one.name === body.name)) throw new Refusal(409, "name_taken", "There is a model of this name.", "name");
    const made = { id: newId(), ...rest, dimension: body.kind === "embedding" ? 1024 : null, has_key: Boolean(key), status: "ready", status_detail: "", checked_at: iso() };
    db.knowledge.models.push(made);
    return [201, made];
  }],
  ["PATCH", "/knowledge-models/:id", ({ db, params, body }) => { const { api_key: key, ...rest } = body; return [200, Object.assign(find(db.knowledge.models, params.id), rest, key ? { has_key: true } : {})]; }],
  ["DELETE", "/knowledge-models/:id", ({ db, params }) => {
    if (db.knowledge.indexes.some((one) => one.embedding.endpoint_id === params.id)) throw new Refusal(409, "in_use", "Indexes were made with this model; its vectors cannot be mixed with another's.");
    db.knowledge.models = db.knowledge.models.filter((one) => one.id !== params.id);
    return [204];
  }],
  ["POST", "/knowledge-models/:id/check", ({ db, params }) => [200, Object.assign(find(db.knowledge.models, params.id), { status: "ready", status_detail: "", checked_at: iso() })]],
  ["POST", "/messages/:id/corrections", at(({ db, user, params, body }) => {
    find(db.messages, params.id);
    const base = baseToEdit(db, user, body.knowledge_id);
    return [201, body.kind === "question" ? correctQuestion(db, base, body) : correctChunk(db, base, body)];
  })],
  ["POST", "/uploads", at(({ db, user, headers }) => beginUpload(db, user, headers))],
  ["HEAD", "/uploads/:id", ({ db, params }) => [200, null, standing(findUpload(db, params.id))]],
  ["PATCH", "/uploads/:id", at(({ db, params, headers, body }) => appendUpload(db, params, headers, body.bytes))],
  ["DELETE", "/uploads/:id", ({ db, params }) => { db.knowledge.uploads.delete(params.id); return [204, null, tus()]; }],
];
