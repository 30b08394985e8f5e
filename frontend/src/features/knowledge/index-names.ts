// What an index is called: by how it was made, for it has no other name.
import type { TFunction } from "i18next";
import type { IndexRef } from "@/lib/api/knowledge-types";
import { formatNumber } from "@/lib/format";
import { embeddingText } from "./words";

export function indexName(index: IndexRef, t: TFunction): string {
  return `${t(`knowledge.cut.mode.${index.chunking.mode}`)} ${formatNumber(index.chunking.size)}/${formatNumber(index.chunking.overlap)} · ${embeddingText(index.embedding, t)}`;
}
