// A link to a document of a knowledge base, and to the passage of it that is meant.
import { Link } from "@tanstack/react-router";
import { useContext, type MouseEvent, type ReactNode } from "react";
import { DocumentOpener, type DocumentPlace } from "./document-opener";

interface LinkProps extends DocumentPlace {
  quote?: string;
  remark?: string | null;
  children: ReactNode;
}

/** Opens beside the page; as a page of its own where there is no such place, or when that is asked for (Ctrl, middle button). */
export function DocumentLink({ documentId, chunkId, quote = "", remark = null, children }: LinkProps) {
  const open = useContext(DocumentOpener);
  const press = (event: MouseEvent<HTMLAnchorElement>): void => {
    if (!open || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open({ documentId, chunkId, quote, remark }, event.currentTarget);
  };
  const aside = open ? ({ "aria-haspopup": "dialog" } as const) : { target: "_blank" };
  return <Link to="/knowledge/documents/$documentId" params={{ documentId }} search={chunkId === null ? {} : { chunk: chunkId }} {...aside} onClick={press} className="text-primary-text underline-offset-4 hover:underline">{children}</Link>;
}
