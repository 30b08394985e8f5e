// Tells screen readers that an answer has begun and, once it is complete, what it says.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunState } from "@/lib/api/types";
import { isEnded } from "@/lib/live/runs";

const LONGEST = 400;

export function LiveAnnouncer({ run }: { run: RunState | null }) {
  const { t } = useTranslation();
  const [seenOpen, setSeenOpen] = useState(false);
  const open = run !== null && !isEnded(run.status);
  if (open && !seenOpen) setSeenOpen(true);
  const text = run?.items.flatMap((item) => (item.kind === "turn" ? [item.text] : [])).join(" ") ?? "";
  const ended = run && !open && seenOpen ? `${t(`chat.said.${run.status}`)} ${text.slice(0, LONGEST)}` : "";
  return <div aria-live="polite" role="status" className="sr-only">{open ? t("chat.said.answering") : ended}</div>;
}
