// The files that go with the message being written in one conversation, or in one that is yet to begin.
import { useEffect, useState, useSyncExternalStore } from "react";
import { deleteFile, fetchFile, MOST_BYTES, uploadFile } from "@/lib/api/requests/files";
import { Attachments } from "./attachments";

export function useAttachments(conversationId: string | null): Attachments {
  const [attachments] = useState(() => new Attachments({ conversationId, mostBytes: MOST_BYTES, upload: uploadFile, fetch: fetchFile, discard: deleteFile }));
  useSyncExternalStore(attachments.subscribe, attachments.snapshot);
  useEffect(() => () => attachments.close(), [attachments]);
  return attachments;
}
