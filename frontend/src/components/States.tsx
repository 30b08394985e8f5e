// What a place shows when it has nothing, is not allowed or failed.
import { CloudOff, Compass, Lock, RotateCw, ServerCrash } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isApiError, NetworkError } from "@/lib/api/errors";
import { cn } from "@/lib/cn";
import { Button } from "./ui/button";

interface StateProps {
  icon?: ReactNode;
  title: string;
  text?: string | undefined;
  className?: string;
  children?: ReactNode;
}

export function StateMessage({ icon, title, text, className, children }: StateProps) {
  return (
    <div className={cn("mx-auto flex max-w-md flex-col items-center gap-3 px-6 py-16 text-center", className)}>
      {icon ? <div className="grid size-12 place-items-center rounded-2xl bg-muted text-muted-foreground [&_svg]:size-6">{icon}</div> : null}
      <h2 className="text-lg font-semibold text-balance">{title}</h2>
      {text ? <p className="text-sm text-pretty text-muted-foreground">{text}</p> : null}
      {children ? <div className="mt-2 flex flex-wrap justify-center gap-2">{children}</div> : null}
    </div>
  );
}

/** Says in plain words why something could not be loaded, and what can be done. */
export function ErrorState({ error, onRetry, className }: { error: unknown; onRetry?: (() => void) | undefined; className?: string }) {
  const { t } = useTranslation();
  const kind = errorKind(error);
  const icons = { offline: <CloudOff />, forbidden: <Lock />, not_found: <Compass />, server: <ServerCrash /> };
  const requestId = isApiError(error) ? error.requestId : null;
  return (
    <div role="alert">
      <StateMessage icon={icons[kind]} title={t(`state.${kind}.title`)} text={t(`state.${kind}.text`)} {...(className ? { className } : {})}>
        {onRetry && (kind === "offline" || kind === "server") ? (
          <Button variant="outline" onClick={onRetry}><RotateCw />{t("common.retry")}</Button>
        ) : null}
        {requestId && kind === "server" ? <p className="w-full text-xs text-muted-foreground">{t("state.requestId", { id: requestId })}</p> : null}
      </StateMessage>
    </div>
  );
}

function errorKind(error: unknown): "offline" | "forbidden" | "not_found" | "server" {
  if (error instanceof NetworkError) return "offline";
  if (isApiError(error) && error.status === 403) return "forbidden";
  if (isApiError(error) && error.status === 404) return "not_found";
  return "server";
}
