// Tells screen readers that an answer has begun and how it ended; the words themselves are in the thread.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunState } from "@/lib/api/types";
import { isEnded } from "@/lib/live/runs";

export function LiveAnnouncer({ run }: { run: RunState | null }) {
  const { t } = useTranslation();
  const [seenOpen, setSeenOpen] = useState(false);
  const open = run !== null && !isEnded(run.status);
  if (open && !seenOpen) setSeenOpen(true);
  const ended = run && !open && seenOpen ? t(`chat.said.${run.status}`) : "";
  return <div aria-live="polite" role="status" className="sr-only">{open ? t(run.status === "waiting" ? "chat.said.waiting" : "chat.said.answering") : ended}</div>;
}
