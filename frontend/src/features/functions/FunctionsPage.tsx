// The functions of the workspace: Python that agents may call.
import { Link } from "@tanstack/react-router";
import { Plus, SquareFunction } from "lucide-react";
import { useTranslation } from "react-i18next";
import { visibleText } from "@/components/markdown/text";
import { ErrorState, StateMessage } from "@/components/States";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useFunctions } from "@/lib/api/requests/functions";
import { canEdit, useWorkspace } from "@/lib/api/requests/me";
import type { UserFunction } from "@/lib/api/types";
import { formatRelative } from "@/lib/format";

export function FunctionsPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const functions = useFunctions(workspace.id);
  const editor = canEdit(workspace.role);
  const add = editor ? <Button asChild><Link to="/functions/$functionId" params={{ functionId: "new" }}><Plus />{t("functions.new")}</Link></Button> : null;
  const empty = functions.data?.length === 0;
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-6 px-4 py-6 max-lg:pt-14 sm:px-8 sm:py-10">
      <header className="flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0"><h1 className="text-2xl font-semibold tracking-tight">{t("functions.title")}</h1><p className="mt-1 text-sm text-muted-foreground">{t("functions.text")}</p></div>
        {empty ? null : add}
      </header>
      {functions.isPending ? <><Skeleton className="h-20" /><Skeleton className="h-20" /></> : null}
      {functions.isError ? <ErrorState error={functions.error} onRetry={() => void functions.refetch()} /> : null}
      {empty ? <StateMessage icon={<SquareFunction />} title={t("functions.empty")} text={t(editor ? "functions.emptyText" : "functions.emptyViewer")}>{add}</StateMessage> : null}
      <ul className="flex flex-col gap-3">{functions.data?.map((one) => <FunctionRow key={one.id} one={one} />)}</ul>
    </div>
  );
}

function FunctionRow({ one }: { one: UserFunction }) {
  const { t } = useTranslation();
  return (
    <li>
      <Link to="/functions/$functionId" params={{ functionId: one.id }} className="block rounded-2xl border bg-surface px-5 py-4 transition-colors hover:border-primary">
        <h2 className="flex flex-wrap items-center gap-2 font-mono text-[15px] font-medium">
          {visibleText(one.name)}
          <Badge>{t(one.visibility === "private" ? "agents.private" : "agents.shared")}</Badge>
          {one.changes_world ? <Badge tone="warning">{t("builder.changesWorld")}</Badge> : null}
        </h2>
        <p className="mt-1 line-clamp-2 text-sm text-muted-foreground">{visibleText(one.description) || t("functions.noDescription")}</p>
        <p className="mt-1 text-xs text-muted-foreground">{t("functions.changed", { name: one.owner.name, when: formatRelative(one.updated_at) })}</p>
      </Link>
    </li>
  );
}
