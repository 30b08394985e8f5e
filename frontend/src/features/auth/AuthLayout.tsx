// The calm page round every sign-in form.
import { Languages } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Logo } from "@/components/Logo";
import { Button } from "@/components/ui/button";
import { useInstance } from "@/lib/api/requests/instance";
import { chooseLanguage } from "@/lib/i18n";

interface AuthLayoutProps {
  title: string;
  text?: string | undefined;
  children: ReactNode;
  footer?: ReactNode;
}

export function AuthLayout({ title, text, children, footer }: AuthLayoutProps) {
  const { i18n } = useTranslation();
  const instance = useInstance();
  const other = i18n.language === "en" ? ("zh-CN" as const) : ("en" as const);
  return (
    <div className="flex min-h-full flex-col">
      <header className="flex items-center justify-between p-4 sm:p-6">
        <Logo />
        <Button variant="ghost" size="sm" onClick={() => void chooseLanguage(other)} lang={other}>
          <Languages />{other === "en" ? "English" : "简体中文"}
        </Button>
      </header>
      <main className="mx-auto flex w-full max-w-sm grow flex-col justify-center px-5 pt-4 pb-24">
        <h1 className="text-2xl font-semibold tracking-tight text-balance">{title}</h1>
        {text ? <p className="mt-2 text-sm text-pretty text-muted-foreground">{text}</p> : null}
        <div className="mt-7">{children}</div>
        {footer ? <div className="mt-6 text-sm text-muted-foreground">{footer}</div> : null}
      </main>
      {instance.data && instance.data.name !== "GLMs" ? (
        <p className="pb-6 text-center text-xs text-muted-foreground">{instance.data.name}</p>
      ) : null}
    </div>
  );
}
