// What the agent may use and remember.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/States";
import { Badge } from "@/components/ui/badge";
import { Switch } from "@/components/ui/choice";
import { Skeleton } from "@/components/ui/skeleton";
import { useFunctions } from "@/lib/api/requests/functions";
import type { AgentConfig, Approval, Tool, UserFunction } from "@/lib/api/types";
import { useTools } from "./api/tools";
import type { FormPartProps } from "./fields";
import { Section } from "./Section";
import { ToolChoice } from "./ToolChoice";
import { toolText, toolTitle } from "./tool-words";
import { useFieldError } from "./use-field-error";

export function ToolsPart({ draft, error, edit }: FormPartProps) {
  const { t } = useTranslation();
  const wrong = useFieldError(error);
  return (
    <Section title={t("builder.tools")} text={t("builder.toolsText")}>
      <ToolChoices chosen={draft.tools} onChange={(tools) => edit({ tools })} />
      {wrong("tools") ? <p role="alert" className="text-[13px] text-danger">{wrong("tools")}</p> : null}
    </Section>
  );
}

function ToolChoices({ chosen, onChange }: { chosen: AgentConfig["tools"]; onChange: (tools: AgentConfig["tools"]) => void }) {
  const { t } = useTranslation();
  const tools = useTools();
  if (tools.isPending) return <Skeleton className="h-24" />;
  if (tools.isError) return <ErrorState error={tools.error} onRetry={() => void tools.refetch()} className="py-4" />;
  if (tools.data.length === 0) return <p className="text-sm text-muted-foreground">{t("builder.noTools")}</p>;
  const gone = chosen.filter((tool) => !tools.data.some((known) => known.name === tool.name));
  const change = (name: string, approval: Approval | null): void => onChange(withChoice(chosen, (tool) => tool.name === name, approval === null ? null : { name, approval }));
  return (
    <ul className="flex flex-col divide-y">
      {tools.data.map((tool) => (
        <ToolChoice key={tool.name} id={`tool-${tool.name}`} title={toolTitle(tool, t)} text={toolText(tool, t)} problem={tool.unavailable ? t("builder.toolUnavailable", { reason: tool.unavailable }) : null} marks={changesWorld(tool) ? <Badge>{t("builder.changesWorld")}</Badge> : null} approval={approvalOf(chosen.find((one) => one.name === tool.name))} onChange={(approval) => change(tool.name, approval)} />
      ))}
      {gone.map((tool) => <ToolChoice key={tool.name} id={`tool-${tool.name}`} title={tool.name} text="" problem={t("builder.toolGone")} approval={approvalOf(tool)} onChange={(approval) => change(tool.name, approval)} />)}
    </ul>
  );
}

const changesWorld = (tool: Tool): boolean => tool.functions.some((one) => one.changes_world);
/** Drafts of before approvals existed name none. */
const approvalOf = (choice: { approval?: Approval } | undefined): Approval | null => (choice ? (choice.approval ?? "ask") : null);

function withChoice<T>(all: T[], same: (one: T) => boolean, next: T | null): T[] {
  const known = all.some(same);
  if (next === null) return all.filter((one) => !same(one));
  return known ? all.map((one) => (same(one) ? next : one)) : [...all, next];
}

export function FunctionsPart({ draft, error, edit, workspaceId }: FormPartProps & { workspaceId: string }) {
  const { t } = useTranslation();
  const wrong = useFieldError(error);
  const functions = useFunctions(workspaceId);
  const chosen = draft.functions;
  const change = (id: string, approval: Approval | null): void => edit({ functions: withChoice(chosen, (one) => one.id === id, approval === null ? null : { id, approval }) });
  const gone = chosen.filter((one) => functions.data && !functions.data.some((known) => known.id === one.id));
  return (
    <Section title={t("builder.functions")} text={t("builder.functionsText")}>
      {functions.isPending ? <Skeleton className="h-16" /> : null}
      {functions.isError ? <ErrorState error={functions.error} onRetry={() => void functions.refetch()} className="py-4" /> : null}
      {functions.data?.length === 0 && gone.length === 0 ? <p className="text-sm text-muted-foreground">{t("builder.noFunctions")} <Link to="/functions" className="text-primary-text underline underline-offset-4">{t("builder.writeFunction")}</Link></p> : null}
      <ul className="flex flex-col divide-y">
        {functions.data?.map((one) => <FunctionChoice key={one.id} one={one} approval={approvalOf(chosen.find((choice) => choice.id === one.id))} onChange={(approval) => change(one.id, approval)} />)}
        {gone.map((one) => <ToolChoice key={one.id} id={`function-${one.id}`} title={one.id} text="" problem={t("builder.functionGone")} approval={approvalOf(one)} onChange={(approval) => change(one.id, approval)} />)}
      </ul>
      {wrong("functions") ? <p role="alert" className="text-[13px] text-danger">{wrong("functions")}</p> : null}
    </Section>
  );
}

function FunctionChoice({ one, approval, onChange }: { one: UserFunction; approval: Approval | null; onChange: (approval: Approval | null) => void }) {
  const { t } = useTranslation();
  return <ToolChoice id={`function-${one.id}`} title={one.name} text={one.description} problem={null} marks={one.changes_world ? <Badge>{t("builder.changesWorld")}</Badge> : null} approval={approval} onChange={onChange} />;
}

export function MemoryPart({ draft, edit }: FormPartProps) {
  const { t } = useTranslation();
  return (
    <Section title={t("builder.memory")}>
      <label htmlFor="agent-memory" className="flex cursor-pointer items-start justify-between gap-4 text-sm">
        <span><span className="block font-medium">{t("builder.remember")}</span><span className="block text-[13px] text-muted-foreground">{t("builder.rememberHint")}</span></span>
        <Switch id="agent-memory" aria-label={t("builder.remember")} checked={draft.memory} onCheckedChange={(memory) => edit({ memory })} />
      </label>
    </Section>
  );
}
