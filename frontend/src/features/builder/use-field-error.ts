// What is wrong with one field of the draft.
import { useTranslation } from "react-i18next";
import { fieldError } from "@/lib/api/error-text";
import { fieldNames } from "./fields";

export function useFieldError(error: unknown): (path: string) => string | null {
  const { t } = useTranslation();
  return (path) => {
    const [inDraft = path, plain = path] = fieldNames(path);
    return fieldError(error, inDraft, t) ?? fieldError(error, plain, t);
  };
}
