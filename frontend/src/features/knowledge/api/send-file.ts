// POST /knowledge/{id}/documents for small files; large ones go in parts by tus 1.0 at /uploads, and go on where they broke off.
import { requestBytes, uploadMade } from "@/lib/api/client";
import { ApiError } from "@/lib/api/errors";
import type { KnowledgeDocument } from "@/lib/api/knowledge-types";
import { readStored, writeStored } from "@/lib/storage";

export interface Sent {
  documentId: string;
  /** The base had the same content already. */
  known: boolean;
}

export interface Sending {
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

export const MOST_BYTES = 200 * 2 ** 20;
const WHOLE_BYTES = 8 * 2 ** 20;
const PART_BYTES = 8 * 2 ** 20;
const TUS = { "Tus-Resumable": "1.0.0" };

export function sendFile(baseId: string, file: File, sending: Sending): Promise<Sent> {
  return file.size > WHOLE_BYTES ? sendInParts(baseId, file, sending) : sendWhole(baseId, file, sending);
}

async function sendWhole(baseId: string, file: File, sending: Sending): Promise<Sent> {
  const form = new FormData();
  form.append("file", file, file.name || "file");
  const { value, created } = await uploadMade<KnowledgeDocument>(`/knowledge/${baseId}/documents`, form, sending);
  return { documentId: value.id, known: !created };
}

/** Where the upload of this very file stands is remembered, so that picking it again goes on. */
function placeKey(baseId: string, file: File): string {
  return `upload.${baseId}.${file.name}.${file.size}.${file.lastModified}`;
}

async function sendInParts(baseId: string, file: File, sending: Sending): Promise<Sent> {
  const key = placeKey(baseId, file);
  const begun = readStored(key);
  let place = begun ? await whereItStands(begun, sending).catch(ifGone) : null;
  if (!place) {
    place = await begin(baseId, file, sending);
    writeStored(key, place.url);
  }
  let headers = place.headers;
  let offset = place.offset;
  while (offset < file.size) {
    headers = await sendPart(place.url, file, offset, sending);
    offset = Number(headers.get("Upload-Offset"));
  }
  writeStored(key, null);
  return { documentId: headers.get("Glms-Document") ?? "", known: headers.get("Glms-Duplicate") === "true" };
}

interface Place {
  url: string;
  offset: number;
  headers: Headers;
}

/** An upload that was dropped in the meantime begins anew. */
function ifGone(error: unknown): null {
  if (error instanceof ApiError && (error.status === 404 || error.status === 410)) return null;
  throw error;
}

async function whereItStands(url: string, { signal }: Sending): Promise<Place> {
  const headers = await requestBytes("HEAD", url, null, { signal, onProgress: () => undefined, headers: TUS });
  return { url, offset: Number(headers.get("Upload-Offset")), headers };
}

async function begin(baseId: string, file: File, { signal }: Sending): Promise<Place> {
  const told = `knowledge_id ${base64(baseId)},filename ${base64(file.name)}`;
  const headers = await requestBytes("POST", "/api/v1/uploads", null, { signal, onProgress: () => undefined, headers: { ...TUS, "Upload-Length": String(file.size), "Upload-Metadata": told } });
  return { url: new URL(headers.get("Location") ?? "", location.origin).pathname, offset: 0, headers };
}

function sendPart(url: string, file: File, offset: number, { signal, onProgress }: Sending): Promise<Headers> {
  const part = file.slice(offset, offset + PART_BYTES);
  return requestBytes("PATCH", url, part, {
    signal,
    onProgress: (share) => onProgress((offset + share * part.size) / file.size),
    headers: { ...TUS, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
  });
}

export function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}
