// Sign in with e-mail and password.
import { Link } from "@tanstack/react-router";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import { useInstance } from "@/lib/api/requests/instance";
import { useSignIn } from "./api/sign-in";
import { AuthLayout } from "./AuthLayout";
import { FormError } from "./FormError";
import { PasswordInput } from "./PasswordInput";

interface SignInPageProps {
  next: string;
  onDone: () => void;
}

export function SignInPage({ next, onDone }: SignInPageProps) {
  const { t } = useTranslation();
  const instance = useInstance();
  return (
    <AuthLayout
      title={t("auth.signInTitle")}
      footer={
        instance.data?.signup === "closed" ? t("auth.signupClosedHint") : (
          <>{t("auth.noAccount")} <Link to="/sign-up" search={{ next }} className="font-medium text-primary-text hover:underline">{t("auth.signUp")}</Link></>
        )
      }
    >
      <SignInForm onDone={onDone} />
    </AuthLayout>
  );
}

function SignInForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const [form, setForm] = useState({ email: "", password: "" });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    signIn.mutate(form, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <FormError text={formError(signIn.error, ["email", "password"], t)} />
      <Field label={t("auth.email")} error={fieldError(signIn.error, "email", t)}>
        {(props) => <Input {...props} type="email" autoComplete="username" required autoFocus value={form.email} onChange={(event) => setForm({ ...form, email: event.target.value })} />}
      </Field>
      <Field label={t("auth.password")} error={fieldError(signIn.error, "password", t)}>
        {(props) => <PasswordInput {...props} autoComplete="current-password" value={form.password} onChange={(event) => setForm({ ...form, password: event.target.value })} />}
      </Field>
      <Button type="submit" size="lg" busy={signIn.isPending}>{t("auth.signIn")}</Button>
      <Link to="/forgot-password" className="self-center text-sm text-muted-foreground hover:text-foreground hover:underline">{t("auth.forgot")}</Link>
    </form>
  );
}
