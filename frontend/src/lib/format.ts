// Numbers, times and durations as people read them.

const language = (): string => document.documentElement.lang || "en";

export function formatDate(iso: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

export function formatDay(iso: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium" }).format(new Date(iso));
}

export function formatRelative(iso: string, now = Date.now()): string {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1000);
  const format = new Intl.RelativeTimeFormat(language(), { numeric: "auto", style: "short" });
  const size = Math.abs(seconds);
  if (size < 60) return format.format(0, "second");
  if (size < 3600) return format.format(Math.trunc(seconds / 60), "minute");
  if (size < 86_400) return format.format(Math.trunc(seconds / 3600), "hour");
  if (size < 30 * 86_400) return format.format(Math.trunc(seconds / 86_400), "day");
  return formatDay(iso);
}

export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(language()).format(value);
}

/** A number of tokens in thousands, as lengths of contexts are told: 128000 and 131072 are both 128K. */
export function formatLength(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  const thousands = tokens % 1000 !== 0 && tokens % 1024 === 0 ? tokens / 1024 : tokens / 1000;
  return `${thousands < 10 ? Math.round(thousands * 10) / 10 : Math.round(thousands)}K`;
}

/** Money without its kind: prices are in whatever the owner of the models counts in. */
export function formatCost(value: number): string {
  return new Intl.NumberFormat(language(), { maximumSignificantDigits: 3 }).format(value);
}

export type DayGroup = "today" | "yesterday" | "week" | "month" | "older";

export function dayGroup(iso: string, now = new Date()): DayGroup {
  const start = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const time = new Date(iso).getTime();
  const day = 86_400_000;
  if (time >= start) return "today";
  if (time >= start - day) return "yesterday";
  if (time >= start - 7 * day) return "week";
  if (time >= start - 30 * day) return "month";
  return "older";
}
