// What the owner decides for the whole installation: its name and who may sign up.
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { ErrorState } from "@/components/States";
import { Button } from "@/components/ui/button";
import { Switch } from "@/components/ui/choice";
import { Field, Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText, fieldError } from "@/lib/api/error-text";
import { useInstance } from "@/lib/api/requests/instance";
import type { InstanceSettings } from "@/lib/api/types";
import { useInstanceSettings, useUpdateInstance } from "./api/instance-settings";

export function InstancePanel() {
  const settings = useInstanceSettings();
  if (settings.isPending) return <Skeleton className="h-40" />;
  if (settings.isError) return <ErrorState error={settings.error} onRetry={() => void settings.refetch()} />;
  return <InstanceForm settings={settings.data} />;
}

function InstanceForm({ settings }: { settings: InstanceSettings }) {
  const { t } = useTranslation();
  const instance = useInstance();
  const update = useUpdateInstance();
  const [name, setName] = useState(settings.name);
  const failed = (error: unknown): void => void toast.error(errorText(error, t));
  const saved = (): void => void toast.success(t("settings.saved"));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    update.mutate({ name: name.trim() }, { onSuccess: saved, onError: failed });
  };
  return (
    <div className="flex max-w-lg flex-col gap-8">
      <form onSubmit={submit} className="flex items-end gap-3">
        <Field label={t("settings.instanceName")} error={fieldError(update.error, "name", t)} className="grow">
          {(props) => <Input {...props} required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Button type="submit" variant="outline" className="h-10" disabled={name.trim() === settings.name}>{t("common.save")}</Button>
      </form>
      <label htmlFor="signup-open" className="flex items-start justify-between gap-6">
        <span><span className="block text-sm font-medium">{t("settings.signupOpen")}</span><span className="mt-0.5 block text-[13px] text-muted-foreground">{t("settings.signupOpenHint")}</span></span>
        <Switch id="signup-open" aria-label={t("settings.signupOpen")} checked={settings.signup_open} onCheckedChange={(open) => update.mutate({ signup_open: open }, { onSuccess: saved, onError: failed })} />
      </label>
      {instance.data ? <p className="text-[13px] text-muted-foreground">{t("settings.version", { version: instance.data.version })}</p> : null}
    </div>
  );
}
