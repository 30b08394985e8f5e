// How a citation opens its document: beside the page where one stands, if the page has room for it.
import { createContext } from "react";

export interface DocumentPlace {
  documentId: string;
  chunkId: number | null;
}

/** What an answer refers to: a passage, what it quotes of it, and what speaks against it. */
export interface CitedPlace extends DocumentPlace {
  quote: string;
  remark: string | null;
}

/** `from` has the focus again when the document is closed. */
export type OpenDocument = (cited: CitedPlace, from: HTMLElement) => void;

/** Null: documents open as pages of their own. */
export const DocumentOpener = createContext<OpenDocument | null>(null);

const ADDRESS = /^\/knowledge\/documents\/([0-9a-f-]{36})(?:\?chunk=(\d{1,15}))?$/;

/** Of a source's address; null where it is no document of ours. */
export function placeOfAddress(address: string): DocumentPlace | null {
  const found = ADDRESS.exec(address);
  return found?.[1] ? { documentId: found[1], chunkId: found[2] ? Number(found[2]) : null } : null;
}
