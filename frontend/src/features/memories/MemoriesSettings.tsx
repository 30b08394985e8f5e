// What agents remember about the person: read, corrected, forgotten.
import { Brain } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";
import { Confirm } from "@/components/Confirm";
import { visibleText } from "@/components/markdown/text";
import { ErrorState, StateMessage } from "@/components/States";
import { Button } from "@/components/ui/button";
import { useFocusKept } from "@/components/ui/focus";
import { Textarea } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/api/error-text";
import type { Memory } from "@/lib/api/types";
import { formatRelative } from "@/lib/format";
import { useEditMemory, useMemories } from "./api/memories";

export function MemoriesSettings() {
  const { t } = useTranslation();
  const memories = useMemories();
  const groups = byAgent(memories.data ?? []);
  return (
    <div tabIndex={-1} className="flex flex-col gap-6">
      <p className="text-sm text-pretty text-muted-foreground">{t("memory.text")}</p>
      {memories.isPending ? <Skeleton className="h-32" /> : null}
      {memories.isError ? <ErrorState error={memories.error} onRetry={() => void memories.refetch()} /> : null}
      {memories.data?.length === 0 ? <StateMessage icon={<Brain />} title={t("memory.empty")} text={t("memory.emptyText")} /> : null}
      {groups.map((group) => <AgentMemories key={group[0]?.agent.id} memories={group} />)}
    </div>
  );
}

function byAgent(memories: Memory[]): Memory[][] {
  const groups = new Map<string, Memory[]>();
  for (const memory of memories) groups.set(memory.agent.id, [...(groups.get(memory.agent.id) ?? []), memory]);
  return [...groups.values()];
}

function AgentMemories({ memories }: { memories: Memory[] }) {
  const { t } = useTranslation();
  const edit = useEditMemory();
  const [asking, setAsking] = useState(false);
  const place = useFocusKept<HTMLElement>();
  const agent = memories[0]?.agent ?? { id: "", name: "" };
  const forgetAll = (): void => edit.mutate({ action: "forget_all", agentId: agent.id }, { onError: (error) => toast.error(errorText(error, t)), onSettled: () => setAsking(false) });
  return (
    <section ref={place} aria-label={agent.name} tabIndex={-1} className="rounded-2xl">
      <div className="mb-2 flex items-center justify-between gap-3">
        <h2 className="min-w-0 truncate font-semibold">{agent.name}</h2>
        <Button variant="ghost" size="sm" aria-label={t("memory.forgetAllOf", { name: agent.name })} onClick={() => setAsking(true)}>{t("memory.forgetAll")}</Button>
      </div>
      <ul className="divide-y rounded-2xl border bg-surface">{memories.map((memory) => <MemoryRow key={memory.id} memory={memory} />)}</ul>
      <Confirm open={asking} onOpenChange={setAsking} title={t("memory.forgetAllTitle", { name: agent.name })} text={t("memory.forgetAllText")} action={t("memory.forgetAll")} busy={edit.isPending} onConfirm={forgetAll} />
    </section>
  );
}

const MOST_CHARACTERS = 500;

function MemoryRow({ memory }: { memory: Memory }) {
  const { t } = useTranslation();
  const edit = useEditMemory();
  const [editing, setEditing] = useState(false);
  const place = useFocusKept<HTMLLIElement>();
  const failed = (error: unknown): void => void toast.error(errorText(error, t));
  if (editing) return <li ref={place} className="p-4"><MemoryForm memory={memory} busy={edit.isPending} onCancel={() => setEditing(false)} onSave={(text) => edit.mutate({ action: "change", id: memory.id, text }, { onSuccess: () => setEditing(false), onError: failed })} /></li>;
  return (
    <li ref={place} className="flex flex-wrap items-center gap-2 px-5 py-3">
      <div className="min-w-48 grow basis-0"><p className="text-sm">{visibleText(memory.text)}</p><p className="text-xs text-muted-foreground">{formatRelative(memory.updated_at)}</p></div>
      <div className="-mx-3 flex gap-1 sm:mx-0">
        <Button variant="ghost" size="sm" aria-label={t("memory.editNamed", { text: memory.text })} onClick={() => setEditing(true)}>{t("agents.edit")}</Button>
        <Button variant="ghost" size="sm" busy={edit.isPending} aria-label={t("memory.forgetNamed", { text: memory.text })} onClick={() => edit.mutate({ action: "forget", id: memory.id }, { onError: failed })}>{t("memory.forget")}</Button>
      </div>
    </li>
  );
}

function MemoryForm({ memory, busy, onSave, onCancel }: { memory: Memory; busy: boolean; onSave: (text: string) => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(memory.text);
  const place = useFocusKept<HTMLFormElement>();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSave(text.trim());
  };
  return (
    <form ref={place} onSubmit={submit} className="flex flex-col gap-2">
      <Textarea autoFocus aria-label={t("memory.editNamed", { text: memory.text })} rows={2} maxLength={MOST_CHARACTERS} value={text} onChange={(event) => setText(event.target.value)} />
      <div className="flex justify-end gap-2"><Button variant="ghost" size="sm" onClick={onCancel}>{t("common.cancel")}</Button><Button type="submit" size="sm" busy={busy} disabled={text.trim() === ""}>{t("common.save")}</Button></div>
    </form>
  );
}
