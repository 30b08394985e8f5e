// What is shown when a page could not be loaded, does not exist or broke.
import { Link, type ErrorComponentProps } from "@tanstack/react-router";
import { Compass, RotateCw, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ErrorState, StateMessage } from "@/components/States";
import { Button } from "@/components/ui/button";
import { ApiError, NetworkError } from "@/lib/api/errors";

export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  if (error instanceof ApiError || error instanceof NetworkError) {
    return <div className="grid min-h-[70dvh] place-items-center"><ErrorState error={error} onRetry={() => { reset(); location.reload(); }} /></div>;
  }
  return (
    <div role="alert" className="grid min-h-[70dvh] place-items-center">
      <StateMessage icon={<TriangleAlert />} title={t("state.broken.title")} text={t("state.broken.text")}>
        <Button variant="outline" onClick={() => location.reload()}><RotateCw />{t("state.reload")}</Button>
        <Button asChild variant="ghost"><Link to="/">{t("shell.home")}</Link></Button>
      </StateMessage>
    </div>
  );
}

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <div className="grid min-h-[70dvh] place-items-center">
      <StateMessage icon={<Compass />} title={t("state.not_found.title")} text={t("state.not_found.text")}>
        <Button asChild variant="outline"><Link to="/">{t("shell.home")}</Link></Button>
      </StateMessage>
    </div>
  );
}

export function PendingPage() {
  const { t } = useTranslation();
  return <div role="status" className="grid min-h-[60dvh] place-items-center text-sm text-muted-foreground animate-fade">{t("common.loading")}</div>;
}
