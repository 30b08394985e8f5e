// What was typed and not sent, kept per conversation across reloads.
import { useCallback, useState } from "react";
import { readStored, writeStored } from "@/lib/storage";

export function useDraft(id: string): [string, (text: string) => void] {
  const [draft, setDraft] = useState({ id, text: readStored(`draft.${id}`) ?? "" });
  if (draft.id !== id) setDraft({ id, text: readStored(`draft.${id}`) ?? "" });
  const change = useCallback((text: string) => {
    setDraft({ id, text });
    writeStored(`draft.${id}`, text === "" ? null : text);
  }, [id]);
  return [draft.text, change];
}
