// Joins the socket, the reducer and the cache into the page's live wire.
import type { QueryClient } from "@tanstack/react-query";
import { applyEvent, emptyRun } from "@/features/runs/applyEvent";
import { fetchRun } from "@/lib/api/requests/run";
import type { Live } from "@/lib/live/context";
import { LiveRuns } from "@/lib/live/runs";
import { LiveSocket, type ServerMessage } from "@/lib/live/socket";

function socketUrl(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/v1`;
}

export interface LiveWire extends Live {
  socket: LiveSocket;
}

export function createLive(client: QueryClient, onSignedOut: () => void): LiveWire {
  const listeners = new Set<() => void>();
  const revisions = new Map<string, number>();
  const socket: LiveSocket = new LiveSocket({
    url: socketUrl,
    onSignedOut,
    onMessage: (message) => {
      if (message.type === "conversation_changed") conversationChanged(client, revisions, message);
      else runs.receive(message);
    },
    onStatus: (status) => {
      runs.socketStatus(status);
      listeners.forEach((listener) => listener());
    },
  });
  const runs: LiveRuns = new LiveRuns({
    source: socket,
    fetchRun,
    apply: applyEvent,
    empty: emptyRun,
    onEnd: (runId) => void client.invalidateQueries({ queryKey: ["run", runId] }),
  });
  window.addEventListener("online", () => socket.wake());
  return {
    socket,
    runs,
    watch: (conversationId) => {
      socket.watch(conversationId);
      return () => socket.unwatch(conversationId);
    },
    status: () => socket.status,
    subscribeStatus: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Fetches again what another tab, device or the worker has changed. */
function conversationChanged(client: QueryClient, revisions: Map<string, number>, message: Extract<ServerMessage, { type: "conversation_changed" }>): void {
  const { conversation_id: id, revision } = message;
  const known = client.getQueryData<{ revision: number }>(["messages", id])?.revision ?? -1;
  if (revision <= Math.max(known, revisions.get(id) ?? -1)) return;
  revisions.set(id, revision);
  void client.invalidateQueries({ queryKey: ["messages", id] });
  void client.invalidateQueries({ queryKey: ["conversation", id] });
  void client.invalidateQueries({ queryKey: ["conversations"] });
}
