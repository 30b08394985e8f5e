// What lies over the page has an entry of its own in the browser's history: Back closes it, and only it.
import { useEffect, useRef } from "react";

const MARK = "liesOver";

/** While `over`, the browser's Back means `onBack`; when it ends otherwise, its entry goes with it. */
export function useBack(over: boolean, onBack: () => void): void {
  const back = useRef(onBack);
  useEffect(() => { back.current = onBack; });
  useEffect(() => {
    if (!over) return;
    if (!isMarked()) window.history.pushState({ ...(window.history.state as object | null), [MARK]: true }, "");
    const told = (): void => { if (!isMarked()) back.current(); };
    window.addEventListener("popstate", told);
    return () => {
      window.removeEventListener("popstate", told);
      if (isMarked()) window.history.back();
    };
  }, [over]);
}

function isMarked(): boolean {
  return Boolean((window.history.state as Record<string, unknown> | null)?.[MARK]);
}
