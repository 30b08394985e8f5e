// Where the answer to a test question stands, taken from a passage that was found.
import type { Gold, Passage } from "@/lib/api/knowledge-types";
import { placeOf } from "../reading/window";
import { characters, Places } from "../spans";

const LONGEST_QUOTE = 4000;

export function goldOf(passage: Passage): Gold {
  return { document_id: passage.document.id, start: passage.start, end: passage.end, quote: characters(passage.text).slice(0, LONGEST_QUOTE).join("") };
}

/** Whether a passage has a place, or part of it. */
export function overlaps(gold: Gold, passage: Passage): boolean {
  return gold.document_id === passage.document.id && gold.start < passage.end && passage.start < gold.end;
}

/** The part of a passage that has these words; null where it has not. */
export function narrowed(whole: Gold, words: string): Gold | null {
  const place = placeOf(whole.quote, words);
  if (!place) return null;
  const quote = new Places(whole.quote).slice(place.start, place.end);
  return { ...whole, start: whole.start + place.start, end: Math.min(whole.end, whole.start + place.end), quote };
}
