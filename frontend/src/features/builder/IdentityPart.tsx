// Who the agent is and what it is told.
import { useTranslation } from "react-i18next";
import { Field, Input, Textarea } from "@/components/ui/input";
import { AvatarPicker } from "./AvatarPicker";
import type { FormPartProps } from "./fields";
import { Section } from "./Section";
import { useFieldError } from "./use-field-error";

export function IdentityPart({ draft, error, edit }: FormPartProps) {
  const { t } = useTranslation();
  const wrong = useFieldError(error);
  return (
    <Section title={t("builder.identity")}>
      <div className="flex items-end gap-4">
        <AvatarPicker avatar={draft.avatar} onChange={(avatar) => edit({ avatar })} />
        <Field label={t("builder.name")} error={wrong("name")} className="grow">
          {(props) => <Input {...props} required maxLength={100} value={draft.name} onChange={(event) => edit({ name: event.target.value })} />}
        </Field>
      </div>
      <Field label={t("builder.description")} hint={t("builder.descriptionHint")} error={wrong("description")}>
        {(props) => <Input {...props} maxLength={500} value={draft.description} onChange={(event) => edit({ description: event.target.value })} />}
      </Field>
      <Field label={t("builder.instructions")} hint={t("builder.instructionsHint", { key: "{{key}}" })} error={wrong("instructions")}>
        {(props) => <Textarea {...props} rows={10} className="min-h-52" placeholder={t("builder.instructionsPlaceholder")} value={draft.instructions} onChange={(event) => edit({ instructions: event.target.value })} />}
      </Field>
    </Section>
  );
}
