// Make an account; the first one owns the instance.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/States";
import { Skeleton } from "@/components/ui/skeleton";
import { useInstance } from "@/lib/api/requests/instance";
import { AuthLayout } from "./AuthLayout";
import { SignUpForm } from "./SignUpForm";

export function SignUpPage({ next, onDone }: { next: string; onDone: () => void }) {
  const { t } = useTranslation();
  const instance = useInstance();
  const signup = instance.data?.signup;
  const first = signup === "first_account";
  const titles = { first_account: t("auth.firstTitle"), open: t("auth.signUpTitle"), closed: t("auth.signupClosed") };
  const texts = { first_account: t("auth.firstText"), open: undefined, closed: t("auth.signupClosedHint") };
  return (
    <AuthLayout
      title={signup ? titles[signup] : t("auth.signUpTitle")}
      text={signup ? texts[signup] : undefined}
      footer={first ? null : (
        <>{t("auth.haveAccount")} <Link to="/sign-in" search={{ next }} className="font-medium text-primary-text hover:underline">{t("auth.signIn")}</Link></>
      )}
    >
      {instance.isPending ? <Skeleton className="h-72" /> : null}
      {instance.isError ? <ErrorState error={instance.error} onRetry={() => void instance.refetch()} /> : null}
      {signup && signup !== "closed" ? <SignUpForm onDone={onDone} /> : null}
    </AuthLayout>
  );
}
