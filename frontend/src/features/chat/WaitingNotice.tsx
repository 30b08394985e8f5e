// Says above the composer that the agent waits for a person, and leads to what it asks.
import { Hourglass } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";

export function WaitingNotice({ onShow }: { onShow: () => void }) {
  const { t } = useTranslation();
  return (
    <p className="mb-2 flex items-center gap-2 rounded-xl bg-warning-soft py-1 pr-1.5 pl-3.5 text-sm">
      <Hourglass className="size-4 shrink-0 text-warning" aria-hidden />
      <span className="grow">{t("waiting.notice")}</span>
      <Button variant="ghost" size="sm" onClick={onShow}>{t("waiting.show")}</Button>
    </p>
  );
}
