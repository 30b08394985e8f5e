// What a person chooses for a try, and what the server is asked.
import type { KnowledgeBase, SearchMode } from "@/lib/api/knowledge-types";
import type { Search } from "../api/search";
import { filterOf, noFilter, type FilterForm } from "../filters";

export interface TryForm {
  query: string;
  mode: SearchMode;
  topK: number;
  /** Empty: none. */
  threshold: string;
  rerank: boolean;
  filter: FilterForm;
  /** Empty: the one that is searched. */
  indexId: string;
}

/** The least likeness there is, which leaves nothing out: what is not sent would be the base's own setting. */
const NO_THRESHOLD = -1;

export function startOf({ retrieval }: KnowledgeBase): TryForm {
  const { mode, top_k: topK, threshold, rerank } = retrieval;
  return { query: "", mode, topK, threshold: threshold === null ? "" : String(threshold), rerank, filter: noFilter, indexId: "" };
}

export function askedOf(form: TryForm, base: KnowledgeBase): Search {
  const filter = filterOf(form.filter, base.fields);
  return {
    query: form.query.trim(),
    knowledge_ids: [base.id],
    mode: form.mode,
    top_k: form.topK,
    threshold: form.threshold.trim() === "" ? NO_THRESHOLD : Number(form.threshold),
    rerank: form.rerank,
    ...(filter ? { filter } : {}),
    ...(form.indexId ? { index_id: form.indexId } : {}),
  };
}
