// Finds the passage that answers a question by searching the base.
import { Check, Plus, Search } from "lucide-react";
import { useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/input";
import { errorText } from "@/lib/api/error-text";
import type { Gold, KnowledgeBase, Passage } from "@/lib/api/knowledge-types";
import { useSearch } from "../api/search";
import { MarkedText } from "../asking/MarkedText";
import { goldOf, overlaps } from "./gold";

interface PickerProps {
  base: KnowledgeBase;
  question: string;
  gold: Gold[];
  onChange: (gold: Gold[]) => void;
}

const MOST_FOUND = 10;
const MOST_GOLD = 10;

export function GoldPicker({ base, question, gold, onChange }: PickerProps) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const search = useSearch();
  const sought = words.trim() || question.trim();
  const find = (): void => {
    if (sought !== "") search.mutate({ query: sought, knowledge_ids: [base.id], top_k: MOST_FOUND, threshold: -1 });
  };
  /** Enter looks, it does not save the question. */
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    find();
  };
  return (
    <div className="flex flex-col gap-2">
      <Field label={t("knowledge.question.find")} hint={t("knowledge.question.findHint")}>
        {(props) => (
          <div className="flex gap-2">
            <Input {...props} type="search" placeholder={question.trim()} value={words} onChange={(event) => setWords(event.target.value)} onKeyDown={onKeyDown} />
            <Button variant="outline" className="h-10" busy={search.isPending} disabled={sought === ""} onClick={find}>{search.isPending ? null : <Search />}{t("knowledge.try.ask")}</Button>
          </div>
        )}
      </Field>
      {search.isError ? <p role="alert" className="text-[13px] text-danger">{errorText(search.error, t)}</p> : null}
      {search.data?.passages.length === 0 ? <p role="status" className="text-[13px] text-muted-foreground">{t("knowledge.try.nothing")}</p> : null}
      <ul className="flex max-h-64 flex-col divide-y overflow-y-auto rounded-xl border empty:hidden">
        {search.data?.passages.map((passage) => <Candidate key={passage.chunk_id} passage={passage} chosen={gold.some((one) => overlaps(one, passage))} full={gold.length >= MOST_GOLD} onPick={() => onChange([...gold, goldOf(passage)])} />)}
      </ul>
    </div>
  );
}

function Candidate({ passage, chosen, full, onPick }: { passage: Passage; chosen: boolean; full: boolean; onPick: () => void }) {
  const { t } = useTranslation();
  const name = passage.text.slice(0, 40).trim();
  return (
    <li className="flex items-start gap-2 px-3 py-2 text-sm">
      <div className="min-w-0 grow">
        <p className="truncate text-xs text-muted-foreground">{visibleText(passage.document.name)}{passage.page === null ? "" : ` · ${t("knowledge.reading.onPage", { page: passage.page })}`}</p>
        <p dir="auto" className="line-clamp-4"><MarkedText text={passage.text} words={passage.matched} /></p>
      </div>
      <Button variant={chosen ? "soft" : "outline"} size="sm" disabled={chosen || full} aria-label={t(chosen ? "knowledge.question.pickedNamed" : "knowledge.question.pickNamed", { text: name })} onClick={onPick}>{chosen ? <Check /> : <Plus />}{t(chosen ? "knowledge.question.picked" : "knowledge.question.pickIt")}</Button>
    </li>
  );
}
