// What has happened, in the person's words.
import i18next from "i18next";
import type { TFunction } from "i18next";
import type { Chunking, Embedding, KnowledgeDocument, Told } from "@/lib/api/knowledge-types";
import { codeText } from "@/lib/api/error-text";
import { formatNumber } from "@/lib/format";
import { formatSize } from "@/lib/files";

/** Why something could not be done, and what to do; else in the server's own words. */
export function failureText(told: Told, t: TFunction): string {
  const known = [told.code, told.code.replace(/^malformed_.+/, "malformed")].find((code) => i18next.exists(`knowledge.failure.${code}`));
  return known ? t(`knowledge.failure.${known}`) : codeText(told.code, told.message, t);
}

/** What a document consists of, in one line. */
export function factsOf(document: KnowledgeDocument, t: TFunction): string {
  const { size, pages, chunks, characters } = document;
  return [
    pages === null ? "" : t("knowledge.pages", { count: pages, number: formatNumber(pages) }),
    chunks > 0 ? t("knowledge.chunks", { count: chunks, number: formatNumber(chunks) }) : "",
    characters > 0 ? t("knowledge.characters", { count: characters, number: formatNumber(characters) }) : "",
    formatSize(size),
  ].filter(Boolean).join(" · ");
}

export function chunkingText(chunking: Chunking, t: TFunction): string {
  const { mode, size, overlap, parent_size: parent } = chunking;
  const sizes = t("knowledge.cut.sizes", { size: formatNumber(size), overlap: formatNumber(overlap) });
  return [t(`knowledge.cut.mode.${mode}`), sizes, mode === "parent_child" ? t("knowledge.cut.within", { size: formatNumber(parent) }) : ""].filter(Boolean).join(" · ");
}

export function embeddingText(embedding: Embedding, t: TFunction): string {
  const model = embedding.source === "bundled" ? t("knowledge.model.bundledNamed", { model: embedding.model }) : embedding.model;
  return embedding.dimension === null ? model : t("knowledge.model.withDimension", { model, dimension: embedding.dimension });
}
