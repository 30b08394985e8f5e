// The frame of every page behind the sign-in: navigation at the left, a drawer on the phone.
import { Outlet } from "@tanstack/react-router";
import { Menu as MenuIcon } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/ui/button";
import { Drawer } from "@/components/ui/dialog";
import { OutboxProvider } from "@/features/chat/outbox-context";
import { ModelBanner } from "@/features/models/ModelBanner";
import { useMe } from "@/lib/api/requests/me";
import { chooseLanguage, isLanguage } from "@/lib/i18n";
import { ConnectionBanner } from "./ConnectionBanner";
import { DocumentSide } from "./DocumentSide";
import { Sidebar } from "./Sidebar";

/** The language chosen on another device follows the person here, once. */
function useOwnLanguage(): void {
  const { user } = useMe();
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) return;
    first.current = false;
    if (isLanguage(user.language)) void chooseLanguage(user.language);
  }, [user.language]);
}

export function AppShell() {
  const { t } = useTranslation();
  const [drawer, setDrawer] = useState(false);
  useOwnLanguage();
  return (
    <OutboxProvider>
      <a href="#main" className="sr-only z-50 rounded-lg bg-surface px-4 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2">{t("shell.skip")}</a>
      <div className="flex h-dvh">
        <aside className="hidden w-68 shrink-0 border-r lg:block"><Sidebar onNavigate={() => undefined} /></aside>
        <Drawer open={drawer} onOpenChange={setDrawer} title={t("shell.main")}><Sidebar onNavigate={() => setDrawer(false)} /></Drawer>
        <div className="flex min-w-0 grow flex-col">
          <ConnectionBanner />
          <ModelBanner />
          <DocumentSide>
            <IconButton label={t("shell.openMenu")} onClick={() => setDrawer(true)} className="absolute top-2 left-2 z-30 bg-background/85 backdrop-blur-sm lg:hidden" size="icon"><MenuIcon /></IconButton>
            <main id="main" tabIndex={-1} className="relative h-full overflow-y-auto outline-none"><Outlet /></main>
          </DocumentSide>
        </div>
      </div>
    </OutboxProvider>
  );
}
