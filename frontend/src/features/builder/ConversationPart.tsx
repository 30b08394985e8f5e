// How a conversation begins: opening words and questions to start with.
import { Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/components/ui/button";
import { Field, Input, Textarea } from "@/components/ui/input";
import type { FormPartProps } from "./fields";
import { Section } from "./Section";
import { useFieldError } from "./use-field-error";

const MOST_QUESTIONS = 8;

export function ConversationPart({ draft, error, edit }: FormPartProps) {
  const { t } = useTranslation();
  const wrong = useFieldError(error);
  const questions = draft.starter_questions;
  const set = (index: number, text: string): void => edit({ starter_questions: questions.map((old, at) => (at === index ? text : old)) });
  return (
    <Section title={t("builder.opening")}>
      <Field label={t("builder.openingStatement")} hint={t("builder.openingHint")} error={wrong("opening_statement")}>
        {(props) => <Textarea {...props} rows={3} value={draft.opening_statement} onChange={(event) => edit({ opening_statement: event.target.value })} />}
      </Field>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1.5 text-sm font-medium">{t("builder.starters")}</legend>
        {questions.map((question, index) => (
          <div key={index} className="flex items-center gap-1">
            <Input aria-label={t("builder.starterNumber", { number: index + 1 })} value={question} onChange={(event) => set(index, event.target.value)} />
            <IconButton label={t("builder.removeStarter", { number: index + 1 })} onClick={() => edit({ starter_questions: questions.filter((_, at) => at !== index) })}><X /></IconButton>
          </div>
        ))}
        {wrong("starter_questions") ? <p role="alert" className="text-[13px] text-danger">{wrong("starter_questions")}</p> : null}
        {questions.length < MOST_QUESTIONS ? (
          <Button variant="ghost" size="sm" className="self-start" onClick={() => edit({ starter_questions: [...questions, ""] })}><Plus />{t("builder.addStarter")}</Button>
        ) : null}
      </fieldset>
    </Section>
  );
}
