// Which model describes pictures, so that they are found by what is seen in them.
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Field, Select } from "@/components/ui/input";
import { useModels } from "@/lib/api/requests/models";
import { errorText } from "@/lib/api/error-text";
import type { KnowledgeBase } from "@/lib/api/knowledge-types";
import { useChangeBase } from "../api/base";

export function PicturesForm({ base }: { base: KnowledgeBase }) {
  const { t } = useTranslation();
  const models = useModels();
  const change = useChangeBase(base.id);
  const seeing = models.data?.filter((model) => model.sees_images) ?? [];
  const chosen = base.caption_model_id;
  const gone = chosen !== null && models.isSuccess && !seeing.some((model) => model.id === chosen);
  const choose = (id: string): void => change.mutate({ caption_model_id: id || null }, {
    onSuccess: () => toast.success(t("settings.saved")),
    onError: (error) => toast.error(errorText(error, t)),
  });
  if (models.isSuccess && seeing.length === 0 && chosen === null) return <p className="text-sm text-muted-foreground">{t("knowledge.pictures.none")}</p>;
  return (
    <Field label={t("knowledge.pictures.label")} hint={t(gone ? "knowledge.pictures.gone" : "knowledge.pictures.hint")}>
      {(props) => (
        <Select {...props} disabled={!base.can_edit || change.isPending || !models.isSuccess} value={chosen ?? ""} onChange={(event) => choose(event.target.value)}>
          <option value="">{t("knowledge.pictures.nobody")}</option>
          {seeing.map((model) => <option key={model.id} value={model.id}>{model.name}</option>)}
          {gone ? <option value={chosen}>{t("knowledge.pictures.unseeing")}</option> : null}
        </Select>
      )}
    </Field>
  );
}
