// The uploads of a base, kept outside of the page so that they go on while one looks elsewhere.
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { onSignedOut } from "@/lib/api/client";
import { MOST_BYTES, sendFile } from "./api/send-file";
import { UploadQueue } from "./uploads";

const queues = new Map<string, UploadQueue>();
const TOLD_EVERY_MS = 700;

function queueOf(baseId: string, client: QueryClient): UploadQueue {
  const known = queues.get(baseId);
  if (known) return known;
  let due = false;
  const arrived = (): void => {
    due = false;
    void client.invalidateQueries({ queryKey: ["documents", baseId] });
    void client.invalidateQueries({ queryKey: ["base", baseId] });
  };
  /** Many files arrive within a second: the lists are asked for once. */
  const onSent = (): void => {
    if (!due) setTimeout(arrived, TOLD_EVERY_MS);
    due = true;
  };
  const queue = new UploadQueue({ mostBytes: MOST_BYTES, onSent, send: (file, sending) => sendFile(baseId, file, sending) });
  queues.set(baseId, queue);
  return queue;
}

/** Whoever signs in next must not see what was sent before. */
onSignedOut(() => {
  queues.forEach((queue) => queue.close());
  queues.clear();
});

window.addEventListener("beforeunload", (event) => {
  if ([...queues.values()].some((queue) => queue.busy)) event.preventDefault();
});

window.addEventListener("online", () => {
  for (const queue of queues.values()) queue.retry(queue.snapshot().filter((one) => one.error instanceof Error && one.error.name === "NetworkError").map((one) => one.key));
});

export function useUploads(baseId: string) {
  const queue = queueOf(baseId, useQueryClient());
  const items = useSyncExternalStore(queue.subscribe, queue.snapshot);
  return { queue, items };
}
