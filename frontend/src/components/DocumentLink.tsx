// A link to a passage in its document, as citations and traces name it.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

export interface DocumentPlace {
  documentId: string;
  chunkId: number | null;
}

const ADDRESS = /^\/knowledge\/documents\/([0-9a-f-]{36})(?:\?chunk=(\d{1,15}))?$/;

/** Of a source's address; null where it is no document of ours. */
export function placeOfAddress(address: string): DocumentPlace | null {
  const found = ADDRESS.exec(address);
  return found?.[1] ? { documentId: found[1], chunkId: found[2] ? Number(found[2]) : null } : null;
}

/** Opens in a tab of its own, so that the conversation stays where it is. */
export function DocumentLink({ documentId, chunkId, children }: DocumentPlace & { children: ReactNode }) {
  return <Link to="/knowledge/documents/$documentId" params={{ documentId }} search={chunkId === null ? {} : { chunk: chunkId }} target="_blank" className="text-primary-text underline-offset-4 hover:underline">{children}</Link>;
}
