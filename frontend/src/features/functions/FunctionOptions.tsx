// Which secrets the code may read, whether it changes the world, and who may use it.
import { useTranslation } from "react-i18next";
import { Checkbox, Switch } from "@/components/ui/choice";
import { Field, Select, Textarea } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { useSecrets } from "@/lib/api/requests/secrets";
import type { Visibility } from "@/lib/api/types";
import type { FunctionInput } from "./api/function";

interface OptionsProps {
  form: FunctionInput;
  edit: (change: Partial<FunctionInput>) => void;
  workspaceId: string;
  readOnly: boolean;
  error: string | null;
}

export function FunctionOptions({ form, edit, workspaceId, readOnly, error }: OptionsProps) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("functions.options")} className="flex flex-col gap-5 rounded-2xl border bg-surface p-4">
      <SecretNames form={form} edit={edit} workspaceId={workspaceId} readOnly={readOnly} error={error} />
      <label htmlFor="changes-world" className="flex cursor-pointer items-start justify-between gap-4 text-sm">
        <span><span className="block font-medium">{t("functions.changesWorld")}</span><span className="block text-[13px] text-muted-foreground">{t("functions.changesWorldHint")}</span></span>
        <Switch id="changes-world" aria-label={t("functions.changesWorld")} disabled={readOnly} checked={form.changes_world} onCheckedChange={(changes_world) => edit({ changes_world })} />
      </label>
      <Field label={t("builder.visibility")} hint={t(form.visibility === "private" ? "functions.privateHint" : "functions.sharedHint")}>
        {(props) => (
          <Select {...props} disabled={readOnly} value={form.visibility} onChange={(event) => edit({ visibility: event.target.value as Visibility })}>
            <option value="private">{t("agents.private")}</option>
            <option value="workspace">{t("agents.shared")}</option>
          </Select>
        )}
      </Field>
    </section>
  );
}

/** Chosen from the workspace's where one may see those, else written by name. */
function SecretNames({ form, edit, workspaceId, readOnly, error }: OptionsProps) {
  const { t } = useTranslation();
  const secrets = useSecrets(workspaceId);
  const chosen = form.secret_names;
  if (secrets.isPending) return <Skeleton className="h-16" />;
  if (secrets.isError) {
    const read = (text: string): string[] => text.split("\n").map((line) => line.trim()).filter(Boolean);
    return (
      <Field label={t("functions.secrets")} hint={t("functions.secretsByName")} error={error}>
        {(props) => <Textarea {...props} readOnly={readOnly} rows={2} className="font-mono" defaultValue={chosen.join("\n")} onChange={(event) => edit({ secret_names: read(event.target.value) })} />}
      </Field>
    );
  }
  const names = [...new Set([...secrets.data.map((secret) => secret.name), ...chosen])];
  const toggle = (name: string, on: boolean): void => edit({ secret_names: on ? [...chosen, name] : chosen.filter((one) => one !== name) });
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="text-sm font-medium">{t("functions.secrets")}</legend>
      <p className="text-[13px] text-muted-foreground">{t(names.length === 0 ? "functions.noSecrets" : "functions.secretsText")}</p>
      {names.map((name) => (
        <label key={name} className="flex items-center gap-2.5 py-0.5 font-mono text-[13px]">
          <Checkbox disabled={readOnly} checked={chosen.includes(name)} onCheckedChange={(on) => toggle(name, on === true)} />{name}
          {secrets.data.some((secret) => secret.name === name) ? null : <span className="font-sans text-xs text-warning">{t("functions.secretGone")}</span>}
        </label>
      ))}
      {error ? <p role="alert" className="text-[13px] text-danger">{error}</p> : null}
    </fieldset>
  );
}
