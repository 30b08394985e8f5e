// Where a cited document opens: docked beside the page where there is room, else over it.
import { useRouter, useRouterState } from "@tanstack/react-router";
import { useCallback, useState, type ComponentType, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { DocumentOpener, type CitedPlace, type OpenDocument } from "@/components/document-opener";
import type { PanelProps } from "@/features/knowledge/reading/DocumentPanel";
import { Media, useMedia } from "@/lib/media";

const roomy = new Media("(min-width: 80rem)");

interface Shown {
  cited: CitedPlace;
  from: HTMLElement;
  /** The page that it was opened from: it stays no longer than that. */
  pathname: string;
  Panel: ComponentType<PanelProps>;
}

async function loadPanel(): Promise<ComponentType<PanelProps>> {
  const { withTexts } = await import("@/features/knowledge/texts");
  return (await withTexts(() => import("@/features/knowledge/reading/DocumentPanel"))).DocumentPanel;
}

function useShown() {
  const { t } = useTranslation();
  const router = useRouter();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const [shown, setShown] = useState<Shown | null>(null);
  const open = useCallback<OpenDocument>((cited, from) => {
    const { pathname: here } = router.state.location;
    loadPanel().then((Panel) => setShown({ cited, from, pathname: here, Panel }), () => toast.error(t("error.network")));
  }, [router, t]);
  return { shown: shown?.pathname === pathname ? shown : null, open, close: () => setShown(null) };
}

export function DocumentSide({ children }: { children: ReactNode }) {
  const docked = useMedia(roomy);
  const { shown, open, close } = useShown();
  return (
    <DocumentOpener value={open}>
      <div className="flex min-h-0 grow">
        <div className="relative min-w-0 grow">{children}</div>
        {shown ? <shown.Panel cited={shown.cited} from={shown.from} docked={docked} onClose={close} /> : null}
      </div>
    </DocumentOpener>
  );
}
