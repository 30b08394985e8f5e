// The person at the foot of the navigation: language, look, settings, sign out.
import { useNavigate } from "@tanstack/react-router";
import { ChevronsUpDown, LogOut, Settings } from "lucide-react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Menu, MenuChoice, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { signOut } from "@/features/auth/api/sign-out";
import { errorText } from "@/lib/api/error-text";
import { useMe } from "@/lib/api/requests/me";
import { useUpdateMe } from "@/lib/api/requests/update-me";
import { chooseLanguage, type Language } from "@/lib/i18n";
import { setTheme, useTheme } from "@/lib/theme";
import { useLeave } from "../session";

export function UserMenu({ onNavigate }: { onNavigate: () => void }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const leave = useLeave();
  const { user } = useMe();
  const update = useUpdateMe();
  const theme = useTheme();
  const themes = (["system", "light", "dark"] as const).map((value) => ({ value, label: t(`theme.${value}`) }));
  const pick = (language: Language): void => {
    void chooseLanguage(language);
    update.mutate({ language });
  };
  const out = (): void => {
    signOut().then(leave, (error: unknown) => toast.error(errorText(error, t)));
  };
  return (
    <Menu
      align="start"
      side="top"
      className="w-60"
      trigger={
        <button type="button" data-testid="account" className="flex w-full items-center gap-3 rounded-lg p-2 text-left hover:bg-foreground/6">
          <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-full bg-primary text-sm font-semibold text-primary-foreground">{(user.name || user.email).slice(0, 1).toUpperCase()}</span>
          <span className="min-w-0 grow"><span className="sr-only">{t("shell.account", { name: user.name || user.email })}</span><span aria-hidden className="block truncate text-sm font-medium">{user.name || user.email}</span><span className="block truncate text-xs text-muted-foreground">{user.email}</span></span>
          <ChevronsUpDown className="size-4 shrink-0 text-muted-foreground" aria-hidden />
        </button>
      }
    >
      <MenuItem onSelect={() => { onNavigate(); void navigate({ to: "/settings/$section", params: { section: "profile" } }); }}><Settings />{t("shell.settings")}</MenuItem>
      <MenuSeparator />
      <MenuChoice label={t("settings.language")} value={i18n.language as Language} options={[{ value: "en", label: "English" }, { value: "zh-CN", label: "简体中文" }]} onChange={pick} />
      <MenuChoice label={t("settings.theme")} value={theme} options={themes} onChange={setTheme} />
      <MenuSeparator />
      <MenuItem onSelect={out}><LogOut />{t("settings.signOut")}</MenuItem>
    </Menu>
  );
}
