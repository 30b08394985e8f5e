// The shapes of knowledge bases as the page reads them; `drift.ts` holds them against what the server describes.
import type { Person, Visibility } from "./types";

export type ChunkingMode = "structure" | "parent_child" | "qa" | "separators";

/** How documents are cut; sizes in tokens. */
export interface Chunking {
  mode: ChunkingMode;
  size: number;
  overlap: number;
  parent_size: number;
  separators: string[];
}

export type SearchMode = "hybrid" | "vector" | "keyword";

/** How a base is searched; `threshold`: the least vector score, -1 to 1. */
export interface Retrieval {
  mode: SearchMode;
  top_k: number;
  threshold: number | null;
  rerank: boolean;
  rewrite: boolean;
  token_budget: number;
}

export interface Embedding {
  source: "bundled" | "endpoint";
  endpoint_id: string | null;
  model: string;
  dimension: number | null;
}

export interface Told {
  code: string;
  message: string;
}

export interface IndexRef {
  id: string;
  status: "building" | "ready" | "active" | "failed";
  chunking: Chunking;
  embedding: Embedding;
  /** What keeps the vectors. */
  store: "faiss" | "milvus";
  documents_done: number;
  documents_total: number;
  documents_failed: number;
  chunks: number;
  created_at: string;
  error: Told | null;
}

export type FieldType = "text" | "number" | "date" | "boolean" | "list";

export interface MetadataField {
  name: string;
  type: FieldType;
}

export interface KnowledgeBase {
  id: string;
  workspace_id: string;
  visibility: Visibility;
  owner: Person;
  name: string;
  description: string;
  retrieval: Retrieval;
  fields: MetadataField[];
  /** What describes pictures; null: nothing does. */
  caption_model_id: string | null;
  active_index: IndexRef;
  building_index: IndexRef | null;
  counts: { documents: number; working: number; ready: number; failed: number; chunks: number };
  created_at: string;
  updated_at: string;
  can_edit: boolean;
}

export type DocumentState = "received" | "parsing" | "embedding" | "ready" | "failed" | "cancelled";

export type Metadata = Record<string, unknown>;

export interface KnowledgeDocument {
  id: string;
  knowledge_id: string;
  name: string;
  media_type: string;
  size: number;
  sha256: string;
  source_url: string | null;
  site_id: string | null;
  origin: "file" | "text" | "site" | "corrections";
  state: DocumentState;
  progress: number;
  error: Told | null;
  warnings: string[];
  pages: number | null;
  chunks: number;
  characters: number;
  metadata: Metadata;
  enabled: boolean;
  created_at: string;
  updated_at: string;
}

/** A passage that is not kept; `start` and `end` count characters as Python does, `boxes` are page, left, top, right, bottom. */
export interface Piece {
  position: number;
  text: string;
  question: string;
  start: number;
  end: number;
  page: number | null;
  boxes: number[][];
  headings: string[];
  kind: string;
  tokens: number;
  /** The id of the parent; in a preview its position. */
  parent: number | null;
  is_parent: boolean;
}

export interface Chunk extends Piece {
  id: number;
  document_id: string;
  enabled: boolean;
  edited: boolean;
  added: boolean;
}

export interface TextBlock {
  kind: string;
  start: number;
  end: number;
  level: number;
  page: number | null;
  box: number[] | null;
}

export interface DocumentText {
  text: string;
  blocks: TextBlock[];
  pages: { number: number; start: number; end: number; width: number; height: number }[];
  encoding: string;
  title: string;
}

export interface Site {
  id: string;
  knowledge_id: string;
  url: string;
  depth: number;
  most_pages: number;
  path_prefix: string;
  state: "waiting" | "crawling" | "done" | "failed";
  pages: number;
  error: Told | null;
  synced_at: string | null;
  created_at: string;
}

export interface Scores {
  keyword: number | null;
  vector: number | null;
  fused: number;
  rerank: number | null;
}

export interface Passage {
  chunk_id: number;
  chunk_ids: number[];
  knowledge_id: string;
  document: { id: string; name: string; media_type: string };
  text: string;
  start: number;
  end: number;
  page: number | null;
  boxes: number[][];
  headings: string[];
  scores: Scores;
  matched: string[];
  metadata: Metadata;
}

export interface Findings {
  query: string;
  passages: Passage[];
  ms: { embed: number; search: number; rerank: number; total: number };
  notes: string[];
}

export type FilterOp = "eq" | "in" | "gt" | "gte" | "lt" | "lte" | "contains";

export type Filter = { and: Filter[] } | { or: Filter[] } | { not: Filter } | { field: string; op: FilterOp; value: unknown };

/** Where the answer to a test question stands. */
export interface Gold {
  document_id: string;
  start: number;
  end: number;
  quote: string;
}

export interface Question {
  id: string;
  knowledge_id: string;
  text: string;
  status: "draft" | "confirmed";
  gold: Gold[];
  origin: "person" | "model" | "feedback";
  created_at: string;
}

export interface Metrics {
  recall_at_1: number;
  recall_at_k: number;
  mrr: number;
  ndcg: number;
  k: number;
  questions: number;
}

export interface Evaluation {
  id: string;
  index_id: string;
  status: "running" | "done" | "failed";
  error: Told | null;
  metrics: Metrics | null;
  by_mode: Partial<Record<SearchMode, Metrics>>;
  results: { question_id: string; rank: number | null }[];
  created_at: string;
}

export interface KnowledgeModel {
  id: string;
  name: string;
  kind: "embedding" | "rerank";
  model: string;
  dimension: number | null;
  url: string | null;
  has_key: boolean;
  status: "ready" | "failed" | "unknown";
  status_detail: string;
  checked_at: string | null;
}

export interface Correction {
  knowledge_id: string;
  kind: "chunk" | "question";
  question: string;
  answer: string;
}

export interface Corrected {
  document_id: string | null;
  chunk_id: number | null;
  question_id: string | null;
}
