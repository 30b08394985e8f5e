// Loads a module when it is first needed and renders again once it is there.
import { useSyncExternalStore } from "react";

export class LazyModule<T> {
  private loaded: T | null = null;
  private loading = false;
  private readonly load: () => Promise<T>;
  private readonly listeners = new Set<() => void>();

  constructor(load: () => Promise<T>) {
    this.load = load;
  }

  readonly get = (): T | null => this.loaded;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  request(): void {
    if (this.loading) return;
    this.loading = true;
    this.load().then(
      (loaded) => {
        this.loaded = loaded;
        this.listeners.forEach((listener) => listener());
      },
      () => {
        this.loading = false;
      },
    );
  }
}

const never = (): (() => void) => () => undefined;

export function useLazy<T>(module: LazyModule<T>, needed: boolean): T | null {
  if (needed) module.request();
  return useSyncExternalStore(needed ? module.subscribe : never, () => (needed ? module.get() : null));
}
