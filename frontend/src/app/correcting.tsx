// From “This was wrong” on an answer to the dialog that puts it right.
import { useCallback, useState, type ComponentType, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import type { CorrectionProps } from "@/features/knowledge/correcting/CorrectionDialog";
import type { WrongAnswer } from "@/lib/wrong-answer";

interface Shown {
  wrong: WrongAnswer;
  Dialog: ComponentType<CorrectionProps>;
}

async function loadDialog(): Promise<ComponentType<CorrectionProps>> {
  const { withTexts } = await import("@/features/knowledge/texts");
  return (await withTexts(() => import("@/features/knowledge/correcting/CorrectionDialog"))).CorrectionDialog;
}

/** The dialog while it is open, and what opens it. */
export function useCorrecting(): { onWrong: (wrong: WrongAnswer) => void; dialog: ReactNode } {
  const { t } = useTranslation();
  const [shown, setShown] = useState<Shown | null>(null);
  const onWrong = useCallback((wrong: WrongAnswer) => {
    loadDialog().then((Dialog) => setShown({ wrong, Dialog }), () => toast.error(t("error.network")));
  }, [t]);
  return { onWrong, dialog: shown ? <shown.Dialog wrong={shown.wrong} onClose={() => setShown(null)} /> : null };
}
