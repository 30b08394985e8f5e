// Which model makes vectors of passages.
import { useTranslation } from "react-i18next";
import { Field, Select } from "@/components/ui/input";
import { useKnowledgeModels } from "./api/models";

interface SelectProps {
  value: string | null;
  onChange: (id: string | null) => void;
  error?: string | null;
}

/** Null: the encoder that ships with the product. */
export function EmbeddingSelect({ value, onChange, error = null }: SelectProps) {
  const { t } = useTranslation();
  const models = useKnowledgeModels();
  const usable = models.data?.filter((model) => model.kind === "embedding") ?? [];
  return (
    <Field label={t("knowledge.model.embedding")} hint={t(models.isError ? "knowledge.model.notLoaded" : "knowledge.model.embeddingHint")} error={error}>
      {(props) => (
        <Select {...props} value={value ?? ""} onChange={(event) => onChange(event.target.value || null)}>
          <option value="">{t("knowledge.model.bundled")}</option>
          {usable.map((model) => <option key={model.id} value={model.id}>{model.name}{model.status === "failed" ? ` (${t("knowledge.model.status.failed")})` : ""}</option>)}
        </Select>
      )}
    </Field>
  );
}
