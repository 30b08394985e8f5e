// The pages in front of the sign-in.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate, useRouter } from "@tanstack/react-router";
import { ForgotPasswordPage } from "@/features/auth/ForgotPasswordPage";
import { InvitationPage } from "@/features/auth/InvitationPage";
import { ResetPasswordPage } from "@/features/auth/ResetPasswordPage";
import { SignInPage } from "@/features/auth/SignInPage";
import { SignUpPage } from "@/features/auth/SignUpPage";
import { instanceQuery } from "@/lib/api/requests/instance";
import { meQuery } from "@/lib/api/requests/me";
import { safeNext } from "../next";

function useArrive(next: string): () => void {
  const client = useQueryClient();
  const router = useRouter();
  return () => {
    client.removeQueries({ queryKey: meQuery.queryKey });
    void client.invalidateQueries({ queryKey: instanceQuery.queryKey });
    void router.navigate({ href: safeNext(next), replace: true });
  };
}

export function SignInRoute() {
  const { next } = getRouteApi("/sign-in").useSearch();
  return <SignInPage next={next} onDone={useArrive(next)} />;
}

export function SignUpRoute() {
  const { next } = getRouteApi("/sign-up").useSearch();
  return <SignUpPage next={next} onDone={useArrive(next)} />;
}

export { ForgotPasswordPage as ForgotPasswordRoute };

export function ResetPasswordRoute() {
  const { key } = getRouteApi("/account/password/reset/key/$key").useParams();
  return <ResetPasswordPage resetKey={key} />;
}

export function InvitationRoute() {
  const { token } = getRouteApi("/invitations/$token").useParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  const me = useQuery({ ...meQuery, retry: false });
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: meQuery.queryKey });
  const accepted = async (): Promise<void> => {
    await refresh();
    void navigate({ to: "/agents" });
  };
  return <InvitationPage token={token} signedInAs={me.data?.user.email ?? null} onSignedUp={() => void refresh()} onAccepted={() => void accepted()} />;
}
