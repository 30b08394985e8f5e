// Hands the live wire to the components that read it.
import { createContext, useCallback, useContext, useEffect, useSyncExternalStore } from "react";
import type { Run, RunState } from "../api/types";
import { isEnded, type LiveRuns } from "./runs";
import type { SocketStatus } from "./socket";

export interface Live {
  runs: LiveRuns;
  watch: (conversationId: string) => () => void;
  status: () => SocketStatus;
  subscribeStatus: (listener: () => void) => () => void;
}

export const LiveContext = createContext<Live | null>(null);

function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error("No live wire above this component.");
  return live;
}

const nothing = (): void => undefined;

/** A run as it is now: followed from its first event while open, as given once it has ended. */
export function useRunState(run: Run | null): RunState | null {
  const { runs } = useLive();
  const open = run !== null && !isEnded(run.status);
  const id = run?.id ?? "";
  const subscribe = useCallback((reader: () => void) => (open ? runs.subscribe(id, reader) : nothing), [runs, id, open]);
  const live = useSyncExternalStore(subscribe, () => (open ? runs.get(id) : undefined));
  return live && live.last_seq >= (run?.last_seq ?? 0) ? live : run;
}

export function useWatchConversation(conversationId: string): void {
  const live = useLive();
  useEffect(() => live.watch(conversationId), [live, conversationId]);
}

export function useSocketStatus(): SocketStatus {
  const live = useLive();
  return useSyncExternalStore(live.subscribeStatus, live.status);
}
