// One message in the thread, the person's or the agent's, with what can be done to it.
import { Link } from "@tanstack/react-router";
import { Activity, Pencil, RotateCw, ThumbsDown } from "lucide-react";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import { AgentAvatar } from "@/components/AgentAvatar";
import { CopyButton } from "@/components/CopyButton";
import { Markdown } from "@/components/markdown/Markdown";
import { visibleText } from "@/components/markdown/text";
import { Picture } from "@/components/Picture";
import { FileChip } from "@/components/trace/parts";
import { Button, IconButton } from "@/components/ui/button";
import { Textarea } from "@/components/ui/input";
import type { Avatar, ChatFile, Message, RunState } from "@/lib/api/types";
import { isPicture } from "@/lib/files";
import { useRunState } from "@/lib/live/context";
import { isEnded } from "@/lib/live/runs";
import { BranchSwitcher } from "./BranchSwitcher";
import { RunView } from "./RunView";
import { basesIn, type Wrong } from "./use-wrong";

export interface MessageActions {
  busy: boolean;
  onEdit: (message: Message, text: string) => void;
  onRegenerate: (message: Message) => void;
  onBranch: (id: string) => void;
  /** Null: an answer cannot be put right here. */
  wrong: Wrong | null;
}

interface MessageRowProps extends MessageActions {
  message: Message;
  agentName: string;
  avatar: Avatar;
}

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  return props.message.role === "user" ? <UserMessage {...props} /> : <AssistantMessage {...props} />;
});

function UserMessage({ message, busy, onEdit, onBranch }: MessageRowProps) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  if (editing) {
    return <EditForm text={message.text} onCancel={() => setEditing(false)} onSave={(text) => { setEditing(false); onEdit(message, text); }} />;
  }
  return (
    <article aria-label={t("chat.you")} className="group/message flex flex-col items-end">
      <SentFiles files={message.files} />
      <UserBubble text={message.text} />
      <div className="mt-1 flex items-center opacity-0 transition-opacity group-focus-within/message:opacity-100 group-hover/message:opacity-100 has-[[role=group]]:opacity-100 [@media(hover:none)]:opacity-100">
        <CopyButton text={message.text} label={t("chat.copyMessage")} />
        <IconButton label={t("chat.edit")} disabled={busy} onClick={() => setEditing(true)}><Pencil /></IconButton>
        <BranchSwitcher message={message} disabled={busy} onPick={onBranch} />
      </div>
    </article>
  );
}

function SentFiles({ files }: { files: ChatFile[] }) {
  const { t } = useTranslation();
  if (files.length === 0) return null;
  return (
    <ul aria-label={t("file.attached")} className="mb-1.5 flex max-w-[min(85%,36rem)] flex-wrap justify-end gap-2">
      {files.map((file) => <li key={file.id} className="max-w-full">{isPicture(file) ? <Picture id={file.id} alt={file.name} className="max-h-48" /> : <FileChip id={file.id} name={file.name} size={file.size} />}</li>)}
    </ul>
  );
}

export function UserBubble({ text }: { text: string }) {
  return <div dir="auto" className="max-w-[min(85%,36rem)] rounded-3xl rounded-br-lg bg-bubble px-4 py-2.5 leading-relaxed whitespace-pre-wrap [contain:paint]">{visibleText(text)}</div>;
}

interface EditFormProps {
  text: string;
  onSave: (text: string) => void;
  onCancel: () => void;
}

function EditForm({ text, onSave, onCancel }: EditFormProps) {
  const { t } = useTranslation();
  const [value, setValue] = useState(text);
  return (
    <form
      className="rounded-2xl border bg-surface p-3"
      onSubmit={(event) => { event.preventDefault(); if (value.trim()) onSave(value.trim()); }}
    >
      <Textarea autoFocus aria-label={t("chat.editMessage")} value={value} rows={Math.min(10, value.split("\n").length + 1)} onChange={(event) => setValue(event.target.value)} />
      <div className="mt-2 flex items-center justify-end gap-2">
        <p className="mr-auto text-xs text-muted-foreground">{t("chat.editHint")}</p>
        <Button variant="ghost" size="sm" onClick={onCancel}>{t("common.cancel")}</Button>
        <Button type="submit" size="sm" disabled={!value.trim()}>{t("chat.send")}</Button>
      </div>
    </form>
  );
}

function textOf(message: Message, run: RunState | null): string {
  const said = run?.items.flatMap((item) => (item.kind === "turn" && item.text ? [item.text] : [])) ?? [];
  return said.length > 0 ? said.join("\n\n") : message.text;
}

function AssistantMessage(props: MessageRowProps) {
  const { message, agentName, avatar, busy, onRegenerate } = props;
  const run = useRunState(message.run);
  const open = run !== null && !isEnded(run.status);
  return (
    <article aria-label={agentName} aria-busy={open} className="group/message flex gap-3">
      <AgentAvatar avatar={avatar} className="mt-0.5 max-sm:hidden" />
      <div className="min-w-0 grow">
        {run ? <RunView runId={message.run_id ?? ""} run={run} onRetry={busy ? undefined : () => onRegenerate(message)} /> : <Markdown text={message.text} />}
        <AnswerActions {...props} run={run} />
      </div>
    </article>
  );
}

function AnswerActions({ message, run, busy, wrong, onRegenerate, onBranch }: MessageRowProps & { run: RunState | null }) {
  const { t } = useTranslation();
  const ended = run === null || isEnded(run.status);
  const text = textOf(message, run);
  const correctable = wrong !== null && text !== "" && (wrong.always || basesIn(run?.items ?? []).length > 0);
  return (
    <div className="mt-1.5 -ml-2 flex min-h-8 items-center max-sm:min-h-9">
      {ended && text ? <CopyButton text={text} label={t("chat.copyMessage")} /> : null}
      {ended ? <IconButton label={t("chat.regenerate")} disabled={busy} onClick={() => onRegenerate(message)}><RotateCw /></IconButton> : null}
      {ended && correctable ? <IconButton label={t("chat.wrong")} aria-haspopup="dialog" onClick={() => wrong.say(message, run)}><ThumbsDown /></IconButton> : null}
      {message.run_id ? (
        <IconButton asChild label={t("chat.trace")}><Link to="/runs/$runId" params={{ runId: message.run_id }}><Activity /></Link></IconButton>
      ) : null}
      {ended ? <BranchSwitcher message={message} disabled={busy} onPick={onBranch} /> : null}
    </div>
  );
}
