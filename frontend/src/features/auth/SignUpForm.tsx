// Name, e-mail and password for a new account.
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Field, Input } from "@/components/ui/input";
import { fieldError, formError } from "@/lib/api/error-text";
import { useSignUp } from "./api/sign-up";
import { FormError } from "./FormError";
import { PasswordInput } from "./PasswordInput";

interface SignUpFormProps {
  email?: string;
  invitation?: string;
  onDone: () => void;
}

export function SignUpForm({ email = "", invitation, onDone }: SignUpFormProps) {
  const { t } = useTranslation();
  const signUp = useSignUp();
  const [form, setForm] = useState({ name: "", email, password: "" });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    signUp.mutate(invitation === undefined ? form : { ...form, invitation }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <FormError text={formError(signUp.error, ["name", "email", "password"], t)} />
      <Field label={t("auth.name")} error={fieldError(signUp.error, "name", t)}>
        {(props) => <Input {...props} autoComplete="name" required autoFocus value={form.name} onChange={(event) => setForm({ ...form, name: event.target.value })} />}
      </Field>
      <Field label={t("auth.email")} error={fieldError(signUp.error, "email", t)}>
        {(props) => <Input {...props} type="email" autoComplete="username" required readOnly={email !== ""} value={form.email} onChange={(event) => setForm({ ...form, email: event.target.value })} />}
      </Field>
      <Field label={t("auth.password")} hint={t("auth.passwordHint")} error={fieldError(signUp.error, "password", t)}>
        {(props) => <PasswordInput {...props} autoComplete="new-password" value={form.password} onChange={(event) => setForm({ ...form, password: event.target.value })} />}
      </Field>
      <Button type="submit" size="lg" busy={signUp.isPending}>{t("auth.createAccount")}</Button>
    </form>
  );
}
