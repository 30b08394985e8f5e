// POST /functions/inspect: name, description and schema, read from code a moment after it was last changed.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "@/lib/api/client";
import { isApiError } from "@/lib/api/errors";
import type { JsonSchema } from "@/lib/api/types";

export interface Signature {
  name: string;
  description: string;
  parameters: JsonSchema;
}

const PAUSE_MS = 500;

function usePaused(value: string): string {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return paused;
}

export function useInspection(code: string) {
  const paused = usePaused(code);
  return useQuery({
    queryKey: ["function-inspection", paused],
    queryFn: ({ signal }) => api<Signature>("/functions/inspect", { method: "POST", body: { code: paused }, signal }),
    enabled: paused.trim() !== "",
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Infinity,
    gcTime: 30_000,
  });
}

/** The line, from 1, that an error about code points at. */
export function errorLine(error: unknown): number | null {
  if (!isApiError(error) || error.param !== "code") return null;
  const { line } = (error.detail ?? {}) as { line?: unknown };
  return typeof line === "number" ? line : null;
}
