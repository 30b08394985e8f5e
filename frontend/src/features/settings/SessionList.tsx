// Where one is signed in, and signing out elsewhere.
import { Monitor } from "lucide-react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { ErrorState } from "@/components/States";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/api/error-text";
import { formatRelative } from "@/lib/format";
import { useEndSessions, useSessions, type Session } from "./api/sessions";

/** "Chrome · Windows" out of a browser's long story about itself. */
export function describeAgent(agent: string): string {
  const browsers: [RegExp, string][] = [[/Edg\//, "Edge"], [/Firefox\//, "Firefox"], [/Chrom(e|ium)\//, "Chrome"], [/Safari\//, "Safari"]];
  const systems: [RegExp, string][] = [[/iPhone|iPad/, "iOS"], [/Android/, "Android"], [/Windows/, "Windows"], [/Mac OS/, "macOS"], [/Linux/, "Linux"]];
  const find = (list: [RegExp, string][]): string | undefined => list.find(([pattern]) => pattern.test(agent))?.[1];
  return [find(browsers), find(systems)].filter(Boolean).join(" · ") || agent.slice(0, 60) || "?";
}

export function SessionList() {
  const { t } = useTranslation();
  const sessions = useSessions();
  const end = useEndSessions();
  if (sessions.isPending) return <Skeleton className="h-24" />;
  if (sessions.isError) return <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} className="py-6" />;
  const others = sessions.data.filter((session) => !session.is_current).map((session) => session.id);
  const endThem = (ids: number[]): void => end.mutate(ids, { onError: (error) => toast.error(errorText(error, t)) });
  return (
    <div className="flex flex-col items-start gap-3">
      <ul className="w-full divide-y rounded-2xl border bg-surface">
        {sessions.data.map((session) => <SessionRow key={session.id} session={session} onEnd={() => endThem([session.id])} />)}
      </ul>
      {others.length > 0 ? <Button variant="outline" busy={end.isPending} onClick={() => endThem(others)}>{t("settings.signOutOthers")}</Button> : null}
    </div>
  );
}

function SessionRow({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const { t } = useTranslation();
  const seen = new Date((session.last_seen_at ?? session.created_at) * 1000).toISOString();
  return (
    <li className="flex items-center gap-3 px-5 py-3">
      <Monitor className="size-5 shrink-0 text-muted-foreground" aria-hidden />
      <div className="min-w-0 grow">
        <p className="flex items-center gap-2 text-sm font-medium">{describeAgent(session.user_agent)} {session.is_current ? <Badge tone="accent">{t("settings.thisDevice")}</Badge> : null}</p>
        <p className="text-[13px] text-muted-foreground">{session.ip} · {formatRelative(seen)}</p>
      </div>
      {session.is_current ? null : <Button variant="ghost" size="sm" onClick={onEnd}>{t("settings.signOut")}</Button>}
    </li>
  );
}
