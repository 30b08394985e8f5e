// Set a new password with the key from the e-mail.
import { Link } from "@tanstack/react-router";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import { useResetPassword } from "./api/reset-password";
import { AuthLayout } from "./AuthLayout";
import { FormError } from "./FormError";
import { PasswordInput } from "./PasswordInput";

export function ResetPasswordPage({ resetKey }: { resetKey: string }) {
  const { t } = useTranslation();
  const reset = useResetPassword();
  const [password, setPassword] = useState("");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    reset.mutate({ key: resetKey, password });
  };
  const badKey = fieldError(reset.error, "key", t);
  if (reset.isSuccess) {
    return (
      <AuthLayout title={t("auth.resetDoneTitle")} text={t("auth.resetDoneText")}>
        <Button asChild size="lg" className="w-full"><Link to="/sign-in" search={{ next: "/" }}>{t("auth.signIn")}</Link></Button>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout
      title={t("auth.resetTitle")}
      footer={<Link to="/forgot-password" className="font-medium text-primary-text hover:underline">{t("auth.requestAnother")}</Link>}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <FormError text={badKey ?? formError(reset.error, ["password", "key"], t)} />
        <Field label={t("auth.newPassword")} hint={t("auth.passwordHint")} error={fieldError(reset.error, "password", t)}>
          {(props) => <PasswordInput {...props} autoComplete="new-password" autoFocus value={password} onChange={(event) => setPassword(event.target.value)} />}
        </Field>
        <Button type="submit" size="lg" busy={reset.isPending}>{t("auth.setPassword")}</Button>
      </form>
    </AuthLayout>
  );
}
