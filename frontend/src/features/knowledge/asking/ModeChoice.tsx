// By words, by meaning, or both.
import { useTranslation } from "react-i18next";
import { Field, Select } from "@/components/ui/input";
import type { SearchMode } from "@/lib/api/knowledge-types";

const modes: SearchMode[] = ["hybrid", "vector", "keyword"];

export function ModeChoice({ value, onChange, hint = false }: { value: SearchMode; onChange: (mode: SearchMode) => void; hint?: boolean }) {
  const { t } = useTranslation();
  return (
    <Field label={t("knowledge.retrieval.mode")} hint={hint ? t(`knowledge.mode.hint.${value}`) : undefined}>
      {(props) => (
        <Select {...props} value={value} onChange={(event) => onChange(event.target.value as SearchMode)}>
          {modes.map((mode) => <option key={mode} value={mode}>{t(`knowledge.mode.${mode}`)}</option>)}
        </Select>
      )}
    </Field>
  );
}
