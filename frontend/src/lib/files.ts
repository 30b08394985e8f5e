// Where the bytes of a file are, and how large it is in words.

const PICTURES = new Set(["image/png", "image/jpeg", "image/webp", "image/gif"]);

export function fileUrl(id: string, how?: "download"): string {
  return `/api/v1/files/${encodeURIComponent(id)}/content${how ? "?download=1" : ""}`;
}

export function isPicture(file: { media_type: string }): boolean {
  return PICTURES.has(file.media_type);
}

const units = ["byte", "kilobyte", "megabyte", "gigabyte"];

export function formatSize(bytes: number): string {
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const language = document.documentElement.lang || "en";
  return new Intl.NumberFormat(language, { style: "unit", unit: units[step] ?? "byte", unitDisplay: "narrow", maximumFractionDigits: step > 1 ? 1 : 0 }).format(bytes / 1000 ** step);
}
