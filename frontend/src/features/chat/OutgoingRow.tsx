// A message on its way: shown at once, marked while it waits, with a way out when it was refused.
import { CircleAlert, CloudOff, Paperclip } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { errorText } from "@/lib/api/error-text";
import { UserBubble } from "./MessageRow";
import type { Outgoing } from "./outbox";
import { Thinking } from "./RunView";

interface OutgoingRowProps {
  outgoing: Outgoing;
  onRetry: () => void;
  onDiscard: () => void;
}

export function OutgoingRow({ outgoing, onRetry, onDiscard }: OutgoingRowProps) {
  const { t } = useTranslation();
  const text = "text" in outgoing.body ? outgoing.body.text : null;
  const files = "text" in outgoing.body ? (outgoing.body.file_ids?.length ?? 0) : 0;
  return (
    <div className="flex flex-col gap-4">
      {text === null ? null : (
        <div className="flex flex-col items-end gap-1">
          {files > 0 ? <p className="flex items-center gap-1.5 text-xs text-muted-foreground"><Paperclip className="size-3.5" aria-hidden />{t("file.count", { count: files })}</p> : null}
          <UserBubble text={text} />
        </div>
      )}
      {outgoing.state === "sending" ? <Thinking queued /> : null}
      {outgoing.state === "waiting" ? (
        <p role="status" className="flex items-center justify-end gap-2 text-sm text-muted-foreground"><CloudOff className="size-4" aria-hidden />{t("chat.waitingToSend")}</p>
      ) : null}
      {outgoing.state === "failed" ? (
        <div role="alert" className="flex flex-wrap items-center gap-3 rounded-xl bg-danger-soft px-4 py-3 text-sm">
          <CircleAlert className="size-5 shrink-0 text-danger" aria-hidden />
          <p className="min-w-40 grow"><span className="font-medium">{t("chat.notSent")}</span> {errorText(outgoing.error, t)}</p>
          <Button variant="ghost" size="sm" onClick={onDiscard}>{t(text === null ? "chat.dismiss" : "chat.backToComposer")}</Button>
          <Button variant="outline" size="sm" onClick={onRetry}>{t("chat.retry")}</Button>
        </div>
      ) : null}
    </div>
  );
}
