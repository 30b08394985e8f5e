// Files in the mock: kept in memory, taken from a form, given back as they are.
import { createHash } from "node:crypto";
import { iso, newId } from "./db.mjs";

export function addFile(db, conversationId, { name, media_type, bytes, origin = "user" }) {
  const file = { id: newId(), conversation_id: conversationId, name, media_type, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex"), origin, created_at: iso(), expires_at: null };
  db.files.push(file);
  db.bytes.set(file.id, bytes);
  return file;
}

/** The first file of a multipart form. */
export function fileOfForm(body, contentType) {
  const boundary = /boundary=([^;]+)/.exec(contentType)?.[1] ?? "";
  const head = body.indexOf("\r\n\r\n");
  const words = body.subarray(0, head).toString();
  const end = body.indexOf(`\r\n--${boundary}`, head);
  return {
    name: /filename="([^"]*)"/.exec(words)?.[1] ?? "file",
    media_type: /Content-Type: (\S+)/i.exec(words)?.[1] ?? "application/octet-stream",
    bytes: body.subarray(head + 4, end),
  };
}
