// Turns an error into a sentence for people, in their language where we have one.
import type { TFunction } from "i18next";
import i18next from "i18next";
import { ApiError, NetworkError } from "./errors";

export function errorText(error: unknown, t: TFunction): string {
  if (error instanceof NetworkError) return t("error.network");
  if (error instanceof ApiError) return codeText(error.code, error.message, t);
  return t("error.internal");
}

/** The sentence for a code we know, else the server's own words. */
export function codeText(code: string, message: string, t: TFunction): string {
  if (i18next.exists(`error.${code}`)) return t(`error.${code}`, { message });
  return message || t("error.internal");
}

/** What is wrong with one field, if the error names it. */
export function fieldError(error: unknown, field: string, t: TFunction): string | null {
  if (!(error instanceof ApiError)) return null;
  const found = error.fields.find((entry) => entry.param === field || entry.param?.startsWith(`${field}.`) === true);
  return found ? fieldText(found, t) : null;
}

/** What is wrong as a whole, once the named fields have shown theirs. */
export function formError(error: unknown, fields: string[], t: TFunction): string | null {
  if (!error) return null;
  if (error instanceof ApiError && error.fields.length > 0) {
    const rest = error.fields.find((entry) => entry.param === null || !fields.includes(entry.param.split(".")[0] ?? ""));
    return rest ? fieldText(rest, t) : null;
  }
  return errorText(error, t);
}

function fieldText(entry: { code: string; message: string }, t: TFunction): string {
  return i18next.exists(`error.${entry.code}`) && entry.code !== "invalid_request" ? t(`error.${entry.code}`, { message: entry.message }) : entry.message;
}
