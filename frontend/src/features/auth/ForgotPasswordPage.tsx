// Ask for a link that sets a new password.
import { Link } from "@tanstack/react-router";
import { MailCheck } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import { useRequestPasswordReset } from "./api/request-password-reset";
import { AuthLayout } from "./AuthLayout";
import { FormError } from "./FormError";

export function ForgotPasswordPage() {
  const { t } = useTranslation();
  const reset = useRequestPasswordReset();
  const [email, setEmail] = useState("");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    reset.mutate(email);
  };
  const back = <Link to="/sign-in" search={{ next: "/" }} className="font-medium text-primary-text hover:underline">{t("auth.backToSignIn")}</Link>;
  if (reset.isSuccess) {
    return (
      <AuthLayout title={t("auth.resetSentTitle")} footer={back}>
        <p role="status" className="flex gap-3 text-sm text-muted-foreground"><MailCheck className="size-5 shrink-0" aria-hidden />{t("auth.resetSentText", { email })}</p>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title={t("auth.forgotTitle")} text={t("auth.forgotText")} footer={back}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <FormError text={formError(reset.error, ["email"], t)} />
        <Field label={t("auth.email")} error={fieldError(reset.error, "email", t)}>
          {(props) => <Input {...props} type="email" autoComplete="username" required autoFocus value={email} onChange={(event) => setEmail(event.target.value)} />}
        </Field>
        <Button type="submit" size="lg" busy={reset.isPending}>{t("auth.sendReset")}</Button>
      </form>
    </AuthLayout>
  );
}
