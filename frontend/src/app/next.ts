// Where to go after signing in.

/** Only paths of this page; anything else leads home. */
export function safeNext(next: unknown): string {
  return typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : "/";
}
