// A text with the words marked by which it was found.
import { useMemo } from "react";
import { visibleText } from "@/components/markdown/text";
import { marked } from "../spans";

export function MarkedText({ text, words }: { text: string; words: readonly string[] }) {
  const pieces = useMemo(() => marked(visibleText(text), words), [text, words]);
  return pieces.map((piece, index) => (piece.marked ? <mark key={index} className="rounded-sm bg-[color-mix(in_oklab,var(--warning)_22%,transparent)] text-foreground">{piece.text}</mark> : <span key={index}>{piece.text}</span>));
}
