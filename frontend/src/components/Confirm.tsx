// Asks once more before something that cannot be undone.
import { useTranslation } from "react-i18next";
import { Button } from "./ui/button";
import { Dialog } from "./ui/dialog";

interface ConfirmProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  text: string;
  action: string;
  busy?: boolean;
  onConfirm: () => void;
}

export function Confirm({ open, onOpenChange, title, text, action, busy, onConfirm }: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} description={text}>
      <div className="flex justify-end gap-2">
        <Button variant="outline" onClick={() => onOpenChange(false)}>{t("common.cancel")}</Button>
        <Button variant="danger" busy={busy ?? false} onClick={onConfirm}>{action}</Button>
      </div>
    </Dialog>
  );
}
