// Says that the network is away, and that everything goes on when it is back.
import { CloudOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useOnline } from "@/lib/online";

export function ConnectionBanner() {
  const { t } = useTranslation();
  const online = useOnline();
  if (online) return null;
  return (
    <div role="status" className="flex items-center gap-3 border-b bg-muted px-4 py-2.5 text-[13px]">
      <CloudOff className="size-4 shrink-0" aria-hidden />
      <p>{t("shell.offline")}</p>
    </div>
  );
}
