// POST /conversations/{id}/files, GET|DELETE /files/{id}: what people attach.
import { api, upload } from "../client";
import type { ChatFile } from "../types";

export const MOST_BYTES = 50 * 2 ** 20;

/** `onProgress` hears shares of the whole, 0 to 1. */
export function uploadFile(conversationId: string, file: File, onProgress: (share: number) => void, signal: AbortSignal): Promise<ChatFile> {
  const form = new FormData();
  form.append("file", file, file.name || "file");
  return upload<ChatFile>(`/conversations/${conversationId}/files`, form, { onProgress, signal });
}

export function fetchFile(id: string): Promise<ChatFile> {
  return api<ChatFile>(`/files/${id}`);
}

export function deleteFile(id: string): Promise<void> {
  return api<undefined>(`/files/${id}`, { method: "DELETE" });
}
