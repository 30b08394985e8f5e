// The mock's way of cutting and searching texts: rough, but in the shapes of the contract.

const WIDE = /[\u3400-\u9fff]/;

export const tokensOf = (text) => [...text].reduce((sum, one) => sum + (WIDE.test(one) ? 1 : 0.28), 0) | 0 || 1;

/** Blocks of a text: headings by `#`, tables by `|`, else paragraphs; spans count characters as Python does. */
export function blocksOf(text) {
  const blocks = [];
  let at = 0;
  for (const part of text.split("\n\n")) {
    const length = [...part].length;
    const level = /^(#+) /.exec(part)?.[1].length ?? 0;
    if (length > 0) blocks.push({ kind: level > 0 ? "heading" : part.startsWith("|") ? "table" : "paragraph", start: at, end: at + length, level, page: null, box: null });
    at += length + 2;
  }
  return blocks;
}

const slice = (text, start, end) => [...text].slice(start, end).join("");

/** `pages`: how many blocks stand on a page; none where there are no pages. */
export function cut(text, chunking, { perPage = 0 } = {}) {
  const blocks = blocksOf(text);
  const pieces = [];
  const headings = [];
  let open = null;
  const place = (index) => (perPage > 0 ? { page: 1 + Math.floor(index / perPage), row: index % perPage } : { page: null, row: 0 });
  const close = () => { if (open) pieces.push(open); open = null; };
  blocks.forEach((block, index) => {
    const words = slice(text, block.start, block.end);
    if (block.kind === "heading") { close(); headings.splice(block.level - 1, headings.length, words.replace(/^#+ /, "")); return; }
    const { page, row } = place(index);
    const tokens = tokensOf(words);
    if (open && (open.tokens + tokens > chunking.size || block.kind === "table" || open.kind === "table")) close();
    open ??= { text: "", question: "", start: block.start, end: block.end, page, boxes: [], headings: [...headings], kind: block.kind, tokens: 0, parent: null, is_parent: false };
    open.text += (open.text ? "\n\n" : "") + words;
    Object.assign(open, { end: block.end, tokens: open.tokens + tokens });
    if (page !== null) open.boxes.push([page, 0.12, boxTop(row, perPage), 0.88, boxTop(row, perPage) + 0.8 / perPage - 0.02]);
  });
  close();
  if (chunking.mode === "parent_child") return inParents(pieces);
  return pieces.map((piece, position) => ({ ...piece, position }));
}

export const boxTop = (row, perPage) => 0.1 + (row * 0.8) / perPage;

function inParents(pieces) {
  const all = [];
  for (let at = 0; at < pieces.length; at += 3) {
    const group = pieces.slice(at, at + 3);
    const position = all.length;
    all.push({ ...group[0], text: group.map((one) => one.text).join("\n\n"), end: group.at(-1).end, tokens: group.reduce((sum, one) => sum + one.tokens, 0), boxes: group.flatMap((one) => one.boxes), is_parent: true, position });
    group.forEach((one) => all.push({ ...one, parent: position, position: all.length }));
  }
  return all;
}

const termsOf = (text) => {
  const lower = text.toLowerCase();
  const words = lower.match(/[a-z0-9]{2,}/g) ?? [];
  const pairs = (lower.match(/[\u3400-\u9fff]{2,}/g) ?? []).flatMap((run) => [...run].slice(1).map((two, index) => [...run][index] + two));
  return [...words.filter((word) => !["the", "of", "is", "how", "many", "what", "do", "are", "to", "and", "in", "for"].includes(word)), ...pairs];
};

function matchedIn(query, text) {
  const lower = text.toLowerCase();
  return [...new Set(termsOf(query).flatMap((term) => (lower.includes(term) ? [text.slice(lower.indexOf(term), lower.indexOf(term) + term.length)] : [])))].sort((a, b) => b.length - a.length);
}

const grams = (text) => { const flat = text.toLowerCase().replace(/\s+/g, ""); return new Set([...flat].slice(2).map((_, index) => flat.slice(index, index + 3))); };

/** Scores of each chunk for a query, the best first. */
export function ranked(query, chunks, { mode = "hybrid", threshold = null }) {
  const asked = termsOf(query);
  const meant = grams(query);
  const rows = chunks.map((chunk) => {
    const own = `${chunk.headings.join(" ")} ${chunk.question} ${chunk.text}`;
    const lower = own.toLowerCase();
    const keyword = mode === "vector" ? null : asked.reduce((sum, term) => sum + (lower.split(term).length - 1 > 0 ? 1 + Math.log(lower.split(term).length - 1) : 0), 0) * 1.7;
    const shared = [...grams(own)].filter((gram) => meant.has(gram)).length;
    const vector = mode === "keyword" ? null : Math.min(0.98, 0.18 + shared / Math.max(6, meant.size));
    const fused = 0.75 * Math.min(1, (keyword ?? 0) / (asked.length * 1.7 || 1)) + 0.25 * (vector ?? 0);
    return { chunk, scores: { keyword: keyword || null, vector, fused: mode === "vector" ? vector : fused, rerank: null }, matched: matchedIn(query, own) };
  });
  return rows.filter((row) => (row.scores.keyword ?? 0) > 0 || (row.scores.vector ?? 0) > 0.3).filter((row) => threshold === null || (row.scores.vector ?? 1) >= threshold).sort((a, b) => b.scores.fused - a.scores.fused);
}

/** Whether a document's metadata satisfies a filter of the contract. */
export function satisfies(metadata, filter) {
  if (!filter) return true;
  if (filter.and) return filter.and.every((part) => satisfies(metadata, part));
  if (filter.or) return filter.or.some((part) => satisfies(metadata, part));
  if (filter.not) return !satisfies(metadata, filter.not);
  const own = metadata[filter.field];
  if (own === undefined) return false;
  const { value } = filter;
  const compared = { eq: () => own === value, in: () => (Array.isArray(own) ? value.some((one) => own.includes(one)) : value.includes(own)), gt: () => own > value, gte: () => own >= value, lt: () => own < value, lte: () => own <= value, contains: () => (Array.isArray(own) ? own.includes(value) : String(own).toLowerCase().includes(String(value).toLowerCase())) };
  return compared[filter.op]();
}
