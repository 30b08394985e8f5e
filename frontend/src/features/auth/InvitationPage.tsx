// An invitation to a workspace: what it is, then accept it, signing in or up first.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ErrorState, StateMessage } from "@/components/States";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/api/error-text";
import { isApiError } from "@/lib/api/errors";
import type { InvitationPreview } from "@/lib/api/types";
import { formatDate } from "@/lib/format";
import { useAcceptInvitation } from "./api/accept-invitation";
import { useInvitation } from "./api/invitation";
import { AuthLayout } from "./AuthLayout";
import { FormError } from "./FormError";
import { SignUpForm } from "./SignUpForm";

interface InvitationPageProps {
  token: string;
  signedInAs: string | null;
  onSignedUp: () => void;
  onAccepted: () => void;
}

export function InvitationPage(props: InvitationPageProps) {
  const { t } = useTranslation();
  const invitation = useInvitation(props.token);
  if (invitation.isPending) return <AuthLayout title={t("invitation.loading")}><Skeleton className="h-40" /></AuthLayout>;
  if (isApiError(invitation.error, "not_found")) {
    return (
      <AuthLayout title={t("invitation.goneTitle")}>
        <StateMessage title="" text={t("invitation.goneText")} className="items-start px-0 py-0 text-left" />
      </AuthLayout>
    );
  }
  if (invitation.isError) return <ErrorState error={invitation.error} onRetry={() => void invitation.refetch()} />;
  return <InvitationCard {...props} invitation={invitation.data} />;
}

function InvitationCard({ token, invitation, signedInAs, onSignedUp, onAccepted }: InvitationPageProps & { invitation: InvitationPreview }) {
  const { t } = useTranslation();
  const accept = useAcceptInvitation();
  const next = `/invitations/${token}`;
  return (
    <AuthLayout
      title={t("invitation.title", { workspace: invitation.workspace_name })}
      text={t("invitation.text", { role: t(`role.${invitation.role}`), date: formatDate(invitation.expires_at) })}
    >
      {signedInAs ? (
        <div className="flex flex-col gap-4">
          <FormError text={accept.error ? errorText(accept.error, t) : null} />
          <p className="text-sm text-muted-foreground">{t("invitation.signedInAs", { email: signedInAs })}</p>
          <Button size="lg" busy={accept.isPending} onClick={() => accept.mutate(token, { onSuccess: onAccepted })}>{t("invitation.accept")}</Button>
        </div>
      ) : (
        <>
          <SignUpForm email={invitation.email} invitation={token} onDone={onSignedUp} />
          <p className="mt-6 text-sm text-muted-foreground">
            {t("auth.haveAccount")} <Link to="/sign-in" search={{ next }} className="font-medium text-primary-text hover:underline">{t("auth.signIn")}</Link>
          </p>
        </>
      )}
    </AuthLayout>
  );
}
