// Keeps the keyboard's place when what has the focus goes away.
import { useLayoutEffect, useRef, useState, type RefObject } from "react";

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

/** Gives the focus to an element; to the page's main part where that is gone. Nobody who has it already loses it. */
export function giveFocusBack(from: Element | null): void {
  if (document.activeElement !== document.body) return;
  const back = from?.isConnected ? from : document.getElementById("main");
  if (back instanceof HTMLElement) back.focus({ preventScroll: true });
}

/** What has the focus; of an entry in a menu, which goes, the button that opened the menu. */
function focused(): Element | null {
  const menu = document.activeElement?.closest("[role=menu]");
  return menu ? document.getElementById(menu.getAttribute("aria-labelledby") ?? "") : document.activeElement;
}

/** For dialogs that are opened by ordinary buttons: whoever had the focus before has it again when they close. */
export function useFocusBack(open: boolean): (event: Event) => void {
  const [seen, setSeen] = useState<{ open: boolean; from: Element | null }>({ open: false, from: null });
  if (seen.open !== open) setSeen({ open, from: open ? focused() : seen.from });
  return (event) => {
    event.preventDefault();
    giveFocusBack(seen.from);
  };
}
