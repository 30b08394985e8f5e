// Keeps the keyboard's place when what has the focus goes away.
import { useLayoutEffect, useRef, type RefObject } from "react";

/** When a form, card or row goes while the focus is in it, the focus stays near: with what it stood in. */
export function useFocusKept<T extends HTMLElement>(): RefObject<T | null> {
  const place = useRef<T>(null);
  useLayoutEffect(() => {
    const going = place.current;
    const home = going?.parentElement?.closest<HTMLElement>("[tabindex]");
    return () => {
      if (going?.contains(document.activeElement)) home?.focus({ preventScroll: true });
    };
  }, []);
  return place;
}
