// Browser storage that never throws: private windows and full disks only forget.

function open(kind: "local" | "session"): Storage | null {
  try {
    return kind === "local" ? window.localStorage : window.sessionStorage;
  } catch {
    return null;
  }
}

export function readStored(key: string, kind: "local" | "session" = "local"): string | null {
  try {
    return open(kind)?.getItem(`glms.${key}`) ?? null;
  } catch {
    return null;
  }
}

export function writeStored(key: string, value: string | null, kind: "local" | "session" = "local"): void {
  try {
    if (value === null) open(kind)?.removeItem(`glms.${key}`);
    else open(kind)?.setItem(`glms.${key}`, value);
  } catch {
    // Nothing to do: the page works without memory.
  }
}
