// GET /conversations/{id}/export: a file the browser saves.

export function conversationExportUrl(id: string, format: "markdown" | "json"): string {
  return `/api/v1/conversations/${id}/export?format=${format}`;
}
