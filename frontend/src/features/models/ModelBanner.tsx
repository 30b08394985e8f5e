// Says calmly when the default model is the bundled toy, is loading or has failed, and what to do about it.
import { Link } from "@tanstack/react-router";
import { CircleAlert, FlaskConical, LoaderCircle, X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/ui/button";
import { useMe } from "@/lib/api/requests/me";
import { useModels } from "@/lib/api/requests/models";
import type { Model } from "@/lib/api/types";
import { readStored, writeStored } from "@/lib/storage";

export function ModelBanner() {
  const models = useModels();
  const model = models.data?.find((one) => one.is_default) ?? models.data?.[0];
  if (!model) return null;
  if (model.status === "failed") return <FailedBanner model={model} />;
  return (
    <>
      {model.status === "loading" ? <LoadingBanner model={model} /> : null}
      {model.is_toy ? <ToyBanner model={model} /> : null}
    </>
  );
}

function Bar({ icon, tone, children }: { icon: ReactNode; tone: string; children: ReactNode }) {
  return (
    <div role="status" className={`flex items-start gap-3 border-b px-4 py-2.5 text-[13px] max-sm:py-1.5 max-sm:text-xs max-sm:leading-[1.45] ${tone} [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0`}>
      {icon}
      {children}
    </div>
  );
}

function SettingsLink({ children }: { children: string }) {
  return <Link to="/settings/$section" params={{ section: "models" }} className="font-medium whitespace-nowrap underline underline-offset-2">{children}</Link>;
}

function ToyBanner({ model }: { model: Model }) {
  const { t } = useTranslation();
  const { user } = useMe();
  const [hidden, setHidden] = useState(() => readStored("toy-banner", "session") === "hidden");
  if (hidden) return null;
  const hide = (): void => {
    writeStored("toy-banner", "hidden", "session");
    setHidden(true);
  };
  return (
    <Bar icon={<FlaskConical aria-hidden />} tone="bg-warning-soft text-warning">
      <p className="grow text-pretty">
        {t("models.toy", { name: model.name })} {user.is_instance_owner ? <>{t("models.toyOwner")} <SettingsLink>{t("models.toyLink")}</SettingsLink></> : t("models.toyMember")}
      </p>
      <IconButton label={t("models.hideBanner")} onClick={hide} className="-my-1.5 -mr-2 shrink-0 text-warning"><X /></IconButton>
    </Bar>
  );
}

function LoadingBanner({ model }: { model: Model }) {
  const { t } = useTranslation();
  return (
    <Bar icon={<LoaderCircle className="animate-spin" aria-hidden />} tone="bg-muted text-muted-foreground">
      <p className="grow">{t("models.loadingBanner", { name: model.name })} {model.status_detail}</p>
    </Bar>
  );
}

function FailedBanner({ model }: { model: Model }) {
  const { t } = useTranslation();
  const { user } = useMe();
  return (
    <Bar icon={<CircleAlert aria-hidden />} tone="bg-danger-soft text-danger">
      <div className="min-w-0 grow">
        <p>{t("models.failedBanner", { name: model.name })} {model.status_detail} {user.is_instance_owner ? <SettingsLink>{t("models.toyLink")}</SettingsLink> : t("models.toyMember")}</p>
        {model.log_tail.length > 0 ? (
          <details className="mt-1">
            <summary className="cursor-pointer">{t("models.log")}</summary>
            <pre className="mt-1 max-h-48 overflow-auto rounded-lg bg-surface p-2.5 font-mono text-xs whitespace-pre-wrap text-foreground">{model.log_tail.join("\n")}</pre>
          </details>
        ) : null}
      </div>
    </Bar>
  );
}
