// The question, and how to look for what answers it.
import { Search } from "lucide-react";
import type { SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Switch } from "@/components/ui/choice";
import { Field, Input, Select } from "@/components/ui/input";
import { fieldError } from "@/lib/api/error-text";
import type { KnowledgeBase } from "@/lib/api/knowledge-types";
import { useIndexes } from "../api/indexes";
import { isAsked } from "../comparison";
import { useKnowledgeModels } from "../api/models";
import { ModeChoice } from "./ModeChoice";
import { FilterBuilder } from "./FilterBuilder";
import { indexName } from "../index-names";
import type { TryForm } from "./search-form";

interface FormProps {
  base: KnowledgeBase;
  form: TryForm;
  onChange: (form: TryForm) => void;
  busy: boolean;
  error: unknown;
  onAsk: () => void;
}

export function SearchForm({ base, form, onChange, busy, error, onAsk }: FormProps) {
  const { t } = useTranslation();
  const edit = (change: Partial<TryForm>): void => onChange({ ...form, ...change });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (form.query.trim() !== "") onAsk();
  };
  return (
    <form onSubmit={submit} aria-label={t("knowledge.section.try")} className="flex flex-col gap-4 rounded-2xl border bg-surface p-4 sm:p-5">
      <Field label={t("knowledge.try.query")} error={fieldError(error, "query", t)}>
        {(props) => (
          <div className="flex gap-2">
            <Input {...props} required autoFocus maxLength={2000} placeholder={t("knowledge.try.placeholder")} value={form.query} onChange={(event) => edit({ query: event.target.value })} />
            <Button type="submit" className="h-10" busy={busy}>{busy ? null : <Search />}{t("knowledge.try.ask")}</Button>
          </div>
        )}
      </Field>
      <div className="grid grid-cols-2 items-start gap-4 lg:grid-cols-4">
        <ModeChoice value={form.mode} onChange={(mode) => edit({ mode })} />
        <Field label={t("knowledge.retrieval.topK")}>
          {(props) => <Input {...props} type="number" required min={1} max={50} value={form.topK} onChange={(event) => edit({ topK: event.target.valueAsNumber || 1 })} />}
        </Field>
        <Field label={t("knowledge.retrieval.threshold")} optional={t("common.optional")}>
          {(props) => <Input {...props} type="number" min={-1} max={1} step="any" disabled={form.mode === "keyword"} placeholder={t("builder.noLimit")} value={form.threshold} onChange={(event) => edit({ threshold: event.target.value })} />}
        </Field>
        <IndexChoice base={base} value={form.indexId} onChange={(indexId) => edit({ indexId })} />
      </div>
      <Rerank value={form.rerank} onChange={(rerank) => edit({ rerank })} />
      <FilterBuilder fields={base.fields} form={form.filter} onChange={(filter) => edit({ filter })} error={fieldError(error, "filter", t)} />
    </form>
  );
}

function IndexChoice({ base, value, onChange }: { base: KnowledgeBase; value: string; onChange: (id: string) => void }) {
  const { t } = useTranslation();
  const indexes = useIndexes(base.id);
  const others = indexes.data?.filter((index) => isAsked(index) && index.status !== "active") ?? [];
  if (others.length === 0) return null;
  return (
    <Field label={t("knowledge.index.title")}>
      {(props) => (
        <Select {...props} value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">{t("knowledge.index.status.active")}</option>
          {others.map((index) => <option key={index.id} value={index.id}>{indexName(index, t)}</option>)}
        </Select>
      )}
    </Field>
  );
}

/** Only where the owner has entered a model for it. */
function Rerank({ value, onChange }: { value: boolean; onChange: (rerank: boolean) => void }) {
  const { t } = useTranslation();
  const models = useKnowledgeModels();
  const there = models.data?.some((model) => model.kind === "rerank") ?? false;
  return (
    <label htmlFor="try-rerank" className="flex w-fit items-center gap-3 text-sm">
      <Switch id="try-rerank" aria-label={t("knowledge.retrieval.rerank")} disabled={!there} checked={value && there} onCheckedChange={onChange} />
      <span>{t("knowledge.retrieval.rerank")}{there ? null : <span className="block text-[13px] text-muted-foreground">{t("knowledge.retrieval.noRerank")}</span>}</span>
    </label>
  );
}
