// Which addresses in an answer may be followed, and which host they really lead to.

const SAFE = new Set(["http:", "https:", "mailto:"]);

export function safeUrl(href: string | undefined): URL | null {
  if (!href || !/^(https?:\/\/|mailto:)/i.test(href)) return null;
  try {
    const url = new URL(href);
    return SAFE.has(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/** The host in its true letters (punycode), or the address written to. */
export function hostOf(url: URL): string {
  return url.protocol === "mailto:" ? url.pathname : url.host;
}

/** Whether the words of a link already say where it goes. */
export function saysHost(words: string, url: URL): boolean {
  const said = words.trim().toLowerCase();
  if (url.protocol === "mailto:") return said === url.pathname.toLowerCase();
  if (url.username || url.password || url.host.includes("xn--")) return false;
  const exact = [url.href, url.href.replace(/\/$/, ""), url.host, `${url.host}${url.pathname}`.replace(/\/$/, "")];
  return exact.some((form) => form.toLowerCase() === said);
}
