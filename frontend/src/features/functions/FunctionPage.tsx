// Writes one function: code, what agents will see of it, its secrets, and a try.
import { Link, useBlocker } from "@tanstack/react-router";
import { ArrowLeft, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Confirm } from "@/components/Confirm";
import { ErrorState, StateMessage } from "@/components/States";
import { Button, IconButton } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText, fieldError, formError } from "@/lib/api/error-text";
import { canEdit, useWorkspace } from "@/lib/api/requests/me";
import type { UserFunction } from "@/lib/api/types";
import { useDeleteFunction, useFunction, useSaveFunction, type FunctionInput } from "./api/function";
import { errorLine, useInspection } from "./api/inspect";
import { CodeEditor } from "./CodeEditor";
import { FunctionOptions } from "./FunctionOptions";
import { SignaturePreview } from "./SignaturePreview";
import { TestPanel } from "./TestPanel";

const example = `def growth_rate(first: float, last: float, years: int) -> float:
    """Average growth a year, as a share.

    Args:
        first: The value at the beginning.
        last: The value at the end.
        years: How many years lie between them.
    """
    return (last / first) ** (1 / years) - 1
`;

const blank: FunctionInput = { code: example, secret_names: [], changes_world: false, visibility: "private" };

interface PageProps {
  functionId: string | null;
  onSaved: (id: string) => void;
  onDeleted: () => void;
}

export function FunctionPage({ functionId, ...rest }: PageProps) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  if (functionId !== null) return <KnownFunction functionId={functionId} {...rest} />;
  if (!canEdit(workspace.role)) return <StateMessage title={t("state.forbidden.title")} text={t("functions.emptyViewer")} className="pt-[18vh]" />;
  return <Editor known={null} workspaceId={workspace.id} {...rest} />;
}

function KnownFunction({ functionId, ...rest }: { functionId: string } & Omit<PageProps, "functionId">) {
  const found = useFunction(functionId);
  if (found.isPending) return <div className="mx-auto flex w-full max-w-6xl flex-col gap-4 p-8"><Skeleton className="h-10 w-1/3" /><Skeleton className="h-96" /></div>;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  return <Editor known={found.data} workspaceId={found.data.workspace_id} {...rest} />;
}

const inputOf = ({ code, secret_names, changes_world, visibility }: UserFunction): FunctionInput => ({ code, secret_names, changes_world, visibility });

/** Asks before unsaved words are left behind; `free` lets go, for what is saved or deleted. */
function useLeaveGuard(dirty: boolean) {
  const { t } = useTranslation();
  const freed = useRef(false);
  const block = useBlocker({ shouldBlockFn: () => dirty && !freed.current, enableBeforeUnload: () => dirty && !freed.current, withResolver: true });
  const stay = (open: boolean): void => {
    if (!open) block.reset?.();
  };
  const question = <Confirm open={block.status === "blocked"} onOpenChange={stay} title={t("functions.leaveTitle")} text={t("functions.leaveText")} action={t("functions.leave")} onConfirm={() => block.proceed?.()} />;
  return { question, free: () => { freed.current = true; } };
}

interface EditorProps extends Omit<PageProps, "functionId"> {
  known: UserFunction | null;
  workspaceId: string;
}

function Editor({ known, workspaceId, onSaved, onDeleted }: EditorProps) {
  const { t } = useTranslation();
  const start = known ? inputOf(known) : blank;
  const [form, setForm] = useState(start);
  const [ranLine, setRanLine] = useState<number | null>(null);
  const save = useSaveFunction(known?.id ?? null, workspaceId);
  const inspection = useInspection(form.code);
  const dirty = known === null || JSON.stringify(form) !== JSON.stringify(start);
  const readOnly = known !== null && !known.can_edit;
  const guard = useLeaveGuard(JSON.stringify(form) !== JSON.stringify(start));
  const edit = (change: Partial<FunctionInput>): void => {
    setForm((now) => ({ ...now, ...change }));
    setRanLine(null);
  };
  const submit = (): void => save.mutate(form, { onSuccess: (saved) => { toast.success(t("functions.saved", { name: saved.name })); if (!known) guard.free(); onSaved(saved.id); } });
  const failed = formError(save.error, ["code", "secret_names"], t) ?? fieldError(save.error, "code", t);
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-col gap-5 px-4 py-6 max-lg:pt-14 sm:px-8">
      <header className="flex flex-wrap items-center gap-3">
        <IconButton asChild label={t("functions.back")}><Link to="/functions"><ArrowLeft /></Link></IconButton>
        <h1 className="min-w-0 grow truncate text-xl font-semibold tracking-tight">{inspection.data?.name ?? known?.name ?? t("functions.new")}</h1>
        {known && !readOnly ? <DeleteButton known={known} onDeleted={() => { guard.free(); onDeleted(); }} /> : null}
        {readOnly ? null : <Button busy={save.isPending} disabled={!dirty} onClick={submit}>{t("common.save")}</Button>}
      </header>
      {guard.question}
      {readOnly ? <p className="rounded-lg bg-muted px-3 py-2 text-sm">{t("functions.readOnly", { name: known.owner.name })}</p> : null}
      {failed ? <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">{failed}</p> : null}
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          <div>
            <CodeEditor code={form.code} label={t("functions.code")} readOnly={readOnly} wrongLine={errorLine(inspection.error) ?? errorLine(save.error) ?? ranLine} onChange={(code) => edit({ code })} />
            {readOnly ? null : <p className="mt-1.5 text-[13px] text-muted-foreground">{t("functions.codeHint")}</p>}
          </div>
          {readOnly ? null : <TestPanel form={form} parameters={inspection.data?.parameters ?? known?.parameters ?? null} workspaceId={workspaceId} onLine={setRanLine} />}
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <SignaturePreview inspection={inspection} />
          <FunctionOptions form={form} edit={edit} workspaceId={workspaceId} readOnly={readOnly} error={fieldError(save.error, "secret_names", t)} />
        </div>
      </div>
    </div>
  );
}

function DeleteButton({ known, onDeleted }: { known: UserFunction; onDeleted: () => void }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const remove = useDeleteFunction();
  const confirm = (): void => remove.mutate(known.id, { onSuccess: onDeleted, onError: (error) => toast.error(errorText(error, t)) });
  return (
    <>
      <IconButton label={t("functions.delete", { name: known.name })} onClick={() => setAsking(true)}><Trash2 /></IconButton>
      <Confirm open={asking} onOpenChange={setAsking} title={t("functions.deleteTitle", { name: known.name })} text={t("functions.deleteText")} action={t("conversations.delete")} busy={remove.isPending} onConfirm={confirm} />
    </>
  );
}
