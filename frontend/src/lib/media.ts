// Whether the window is as a media query asks, now and as it changes.
import { useSyncExternalStore } from "react";

export class Media {
  private readonly list: MediaQueryList;

  constructor(query: string) {
    this.list = window.matchMedia(query);
  }

  readonly matches = (): boolean => this.list.matches;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.list.addEventListener("change", listener);
    return () => this.list.removeEventListener("change", listener);
  };
}

export function useMedia(media: Media): boolean {
  return useSyncExternalStore(media.subscribe, media.matches);
}
