// The metadata of a document as a form, each field by its type.
import type { FieldType, Metadata, MetadataField } from "@/lib/api/knowledge-types";

export type MetadataForm = Record<string, string>;

function shown(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(String).join("\n");
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function formOf(metadata: Metadata, fields: readonly MetadataField[]): MetadataForm {
  return Object.fromEntries(fields.map(({ name }) => [name, shown(metadata[name])]));
}

function read(text: string, type: FieldType): unknown {
  switch (type) {
    case "number":
      return Number(text);
    case "boolean":
      return text === "true";
    case "list":
      return text.split("\n").map((line) => line.trim()).filter(Boolean);
    case "text":
    case "date":
      return text;
  }
}

/** Empty fields are left out. */
export function metadataOf(form: MetadataForm, fields: readonly MetadataField[]): Metadata {
  const filled = fields.flatMap(({ name, type }): [string, unknown][] => {
    const text = (form[name] ?? "").trim();
    return text === "" ? [] : [[name, read(text, type)]];
  });
  return Object.fromEntries(filled);
}

/** In one line, for lists. */
export function inShort(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(", ") : shown(value);
}
