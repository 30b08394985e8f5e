// How a base is searched where nothing else is said.
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import { Switch } from "@/components/ui/choice";
import { Field, Input } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import type { KnowledgeBase, Retrieval } from "@/lib/api/knowledge-types";
import { useChangeBase } from "../api/base";
import { useKnowledgeModels } from "../api/models";
import { ModeChoice } from "../asking/ModeChoice";

const shown = ["mode", "top_k", "threshold", "rerank", "rewrite", "token_budget"];

export function RetrievalForm({ base }: { base: KnowledgeBase }) {
  const { t } = useTranslation();
  const change = useChangeBase(base.id);
  const [form, setForm] = useState(base.retrieval);
  const edit = (part: Partial<Retrieval>): void => setForm({ ...form, ...part });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    change.mutate({ retrieval: form }, { onSuccess: () => toast.success(t("settings.saved")) });
  };
  const wrong = (name: string): string | null => fieldError(change.error, `retrieval.${name}`, t);
  const failed = formError(change.error, ["retrieval"], t) ?? (shown.some((name) => wrong(name)) ? null : fieldError(change.error, "retrieval", t));
  return (
    <form onSubmit={submit}>
      <fieldset disabled={!base.can_edit} className="flex flex-col gap-4">
        {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <ModeChoice hint value={form.mode} onChange={(mode) => edit({ mode })} />
          <Field label={t("knowledge.retrieval.topK")} hint={t("knowledge.retrieval.topKHint")} error={wrong("top_k")}>
            {(props) => <Input {...props} type="number" required min={1} max={50} value={form.top_k} onChange={(event) => edit({ top_k: event.target.valueAsNumber || 1 })} />}
          </Field>
          <Field label={t("knowledge.retrieval.threshold")} hint={t("knowledge.retrieval.thresholdHint")} optional={t("common.optional")} error={wrong("threshold")}>
            {(props) => <Input {...props} type="number" min={-1} max={1} step="any" placeholder={t("builder.noLimit")} value={form.threshold ?? ""} onChange={(event) => edit({ threshold: event.target.value === "" ? null : event.target.valueAsNumber })} />}
          </Field>
          <Field label={t("knowledge.retrieval.budget")} hint={t("knowledge.retrieval.budgetHint")} error={wrong("token_budget")}>
            {(props) => <Input {...props} type="number" required min={200} max={32000} value={form.token_budget} onChange={(event) => edit({ token_budget: event.target.valueAsNumber || 200 })} />}
          </Field>
        </div>
        <RerankSwitch value={form.rerank} onChange={(rerank) => edit({ rerank })} />
        <SwitchLine id="base-rewrite" label={t("knowledge.retrieval.rewrite")} hint={t("knowledge.retrieval.rewriteHint")} checked={form.rewrite} onChange={(rewrite) => edit({ rewrite })} />
        {base.can_edit ? <Button type="submit" variant="outline" className="self-start" disabled={JSON.stringify(form) === JSON.stringify(base.retrieval)} busy={change.isPending}>{t("common.save")}</Button> : null}
      </fieldset>
    </form>
  );
}

function RerankSwitch({ value, onChange }: { value: boolean; onChange: (on: boolean) => void }) {
  const { t } = useTranslation();
  const models = useKnowledgeModels();
  const there = models.data?.some((model) => model.kind === "rerank") ?? false;
  return <SwitchLine id="base-rerank" label={t("knowledge.retrieval.rerank")} hint={t(there ? "knowledge.retrieval.rerankHint" : "knowledge.retrieval.noRerank")} checked={value} disabled={!there && !value} onChange={onChange} />;
}

interface SwitchProps {
  id: string;
  label: string;
  hint: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}

function SwitchLine({ id, label, hint, checked, disabled = false, onChange }: SwitchProps) {
  return (
    <label htmlFor={id} className="flex cursor-pointer items-start justify-between gap-4 text-sm">
      <span><span className="block font-medium">{label}</span><span className="block text-[13px] text-muted-foreground">{hint}</span></span>
      <Switch id={id} aria-label={label} checked={checked} disabled={disabled} onCheckedChange={onChange} />
    </label>
  );
}
