// Hands the outbox to the components that send.
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import type { RunAnswer } from "@/lib/api/types";
import { messagesQuery } from "./api/messages";
import { startRun } from "./api/start-run";
import { Outbox, type Outgoing } from "./outbox";
import { withAnswer } from "./thread";

const OutboxContext = createContext<Outbox | null>(null);

function answered(client: QueryClient, conversationId: string, answer: RunAnswer): void {
  const key = messagesQuery(conversationId).queryKey;
  void client.cancelQueries({ queryKey: key });
  const empty = { items: [], next_cursor: null, revision: 0 };
  client.setQueryData(key, (known) => withAnswer(known ?? empty, answer));
  void client.invalidateQueries({ queryKey: ["conversation", conversationId] });
  void client.invalidateQueries({ queryKey: ["conversations"] });
}

export function OutboxProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [outbox] = useState(() => new Outbox({ post: startRun, onAnswer: (id, answer) => answered(client, id, answer) }));
  useEffect(() => {
    const resume = (): void => outbox.resume();
    resume();
    window.addEventListener("online", resume);
    return () => window.removeEventListener("online", resume);
  }, [outbox]);
  return <OutboxContext value={outbox}>{children}</OutboxContext>;
}

export function useOutbox(): Outbox {
  const outbox = useContext(OutboxContext);
  if (!outbox) throw new Error("No outbox above this component.");
  return outbox;
}

export function useOutgoing(conversationId: string): Outgoing | null {
  const outbox = useOutbox();
  return useSyncExternalStore(outbox.subscribe, () => outbox.get(conversationId));
}
