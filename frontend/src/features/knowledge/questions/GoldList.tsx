// The passages that answer a question, each to be narrowed to the words that do.
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/ui/button";
import { Field, Textarea } from "@/components/ui/input";
import type { Gold } from "@/lib/api/knowledge-types";
import { narrowed } from "./gold";

export function GoldList({ gold, onChange }: { gold: Gold[]; onChange: (gold: Gold[]) => void }) {
  const { t } = useTranslation();
  if (gold.length === 0) return <p className="text-sm text-muted-foreground">{t("knowledge.question.pick")}</p>;
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">{t("knowledge.question.gold")}</legend>
      {gold.map((one, index) => (
        <GoldItem key={`${one.document_id}-${index}`} number={index + 1} gold={one} onChange={(next) => onChange(gold.map((old, at) => (at === index ? next : old)))} onRemove={() => onChange(gold.filter((_, at) => at !== index))} />
      ))}
    </fieldset>
  );
}

/** The whole passage stays known, so that what was taken away can be typed again. */
function GoldItem({ number, gold, onChange, onRemove }: { number: number; gold: Gold; onChange: (gold: Gold) => void; onRemove: () => void }) {
  const { t } = useTranslation();
  const [whole] = useState(gold);
  const [quote, setQuote] = useState(gold.quote);
  const [wrong, setWrong] = useState(false);
  const edit = (words: string): void => {
    const found = narrowed(whole, words);
    setQuote(words);
    setWrong(found === null);
    if (found) onChange(found);
  };
  return (
    <div className="flex items-start gap-1">
      <Field className="grow" label={t("knowledge.question.goldNumber", { number })} hint={t("knowledge.question.goldHint")} error={wrong ? t("knowledge.question.notThere") : null}>
        {(props) => <Textarea {...props} rows={Math.min(6, 2 + Math.floor(quote.length / 120))} value={quote} onChange={(event) => edit(event.target.value)} />}
      </Field>
      <IconButton label={t("knowledge.question.removeGold", { number })} onClick={onRemove}><X /></IconButton>
    </div>
  );
}
