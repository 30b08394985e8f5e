// Steps through the versions of one message.
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/ui/button";
import type { Message } from "@/lib/api/types";

interface BranchSwitcherProps {
  message: Message;
  disabled: boolean;
  onPick: (id: string) => void;
}

export function BranchSwitcher({ message, disabled, onPick }: BranchSwitcherProps) {
  const { t } = useTranslation();
  const ids = message.sibling_ids;
  if (ids.length < 2) return null;
  const index = ids.indexOf(message.id);
  const go = (step: number): void => {
    const id = ids[index + step];
    if (id) onPick(id);
  };
  return (
    <div role="group" aria-label={t("chat.versions")} className="flex items-center text-xs text-muted-foreground tabular-nums">
      <IconButton label={t("chat.previousVersion")} disabled={disabled || index <= 0} onClick={() => go(-1)}><ChevronLeft /></IconButton>
      <span>{index + 1}/{ids.length}</span>
      <IconButton label={t("chat.nextVersion")} disabled={disabled || index >= ids.length - 1} onClick={() => go(1)}><ChevronRight /></IconButton>
    </div>
  );
}
