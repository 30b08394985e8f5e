// One's own name, language, look, password and sessions.
import { useState, type SubmitEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/input";
import { errorText, fieldError, formError } from "@/lib/api/error-text";
import { useMe } from "@/lib/api/requests/me";
import { useUpdateMe } from "@/lib/api/requests/update-me";
import type { LanguageChoice } from "@/lib/api/types";
import { chooseLanguage } from "@/lib/i18n";
import { setTheme, useTheme, type Theme } from "@/lib/theme";
import { useChangePassword } from "./api/change-password";
import { SessionList } from "./SessionList";

export function ProfileSettings() {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-10">
      <Part title={t("settings.profile")}><NameForm /></Part>
      <Part title={t("settings.appearance")}><LookForm /></Part>
      <Part title={t("settings.password")}><PasswordForm /></Part>
      <Part title={t("settings.sessions")}><SessionList /></Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return <section aria-label={title}><h2 className="mb-3 font-semibold">{title}</h2>{children}</section>;
}

function NameForm() {
  const { t } = useTranslation();
  const { user } = useMe();
  const update = useUpdateMe();
  const [name, setName] = useState(user.name);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    update.mutate({ name: name.trim() }, { onSuccess: () => toast.success(t("settings.saved")), onError: (error) => toast.error(errorText(error, t)) });
  };
  return (
    <form onSubmit={submit} className="flex max-w-md flex-col gap-4">
      <Field label={t("auth.name")} error={fieldError(update.error, "name", t)}>
        {(props) => <Input {...props} required maxLength={150} autoComplete="name" value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Field label={t("auth.email")}>{(props) => <Input {...props} readOnly value={user.email} className="text-muted-foreground" />}</Field>
      <Button type="submit" variant="outline" busy={update.isPending} disabled={name.trim() === user.name || name.trim() === ""} className="self-start">{t("common.save")}</Button>
    </form>
  );
}

function LookForm() {
  const { t } = useTranslation();
  const { user } = useMe();
  const update = useUpdateMe();
  const theme = useTheme();
  const setLanguage = (language: LanguageChoice): void => {
    void chooseLanguage(language);
    update.mutate({ language }, { onError: (error) => toast.error(errorText(error, t)) });
  };
  return (
    <div className="grid max-w-md gap-4 sm:grid-cols-2">
      <Field label={t("settings.language")}>
        {(props) => (
          <Select {...props} value={user.language} onChange={(event) => setLanguage(event.target.value as LanguageChoice)}>
            <option value="">{t("settings.browserLanguage")}</option>
            <option value="en">English</option>
            <option value="zh-CN">简体中文</option>
          </Select>
        )}
      </Field>
      <Field label={t("settings.theme")}>
        {(props) => (
          <Select {...props} value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
            <option value="system">{t("theme.system")}</option>
            <option value="light">{t("theme.light")}</option>
            <option value="dark">{t("theme.dark")}</option>
          </Select>
        )}
      </Field>
    </div>
  );
}

function PasswordForm() {
  const { t } = useTranslation();
  const change = useChangePassword();
  const [form, setForm] = useState({ current_password: "", new_password: "" });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    change.mutate(form, {
      onSuccess: () => {
        setForm({ current_password: "", new_password: "" });
        toast.success(t("settings.passwordChanged"));
      },
    });
  };
  const failed = formError(change.error, ["current_password", "new_password"], t);
  return (
    <form onSubmit={submit} className="flex max-w-md flex-col gap-4">
      {failed ? <p role="alert" className="text-sm text-danger">{failed}</p> : null}
      <Field label={t("settings.currentPassword")} error={fieldError(change.error, "current_password", t)}>
        {(props) => <Input {...props} type="password" required autoComplete="current-password" value={form.current_password} onChange={(event) => setForm({ ...form, current_password: event.target.value })} />}
      </Field>
      <Field label={t("auth.newPassword")} hint={t("auth.passwordHint")} error={fieldError(change.error, "new_password", t)}>
        {(props) => <Input {...props} type="password" required autoComplete="new-password" value={form.new_password} onChange={(event) => setForm({ ...form, new_password: event.target.value })} />}
      </Field>
      <Button type="submit" variant="outline" busy={change.isPending} className="self-start">{t("settings.changePassword")}</Button>
    </form>
  );
}
