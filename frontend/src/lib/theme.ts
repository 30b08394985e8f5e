// Light, dark or as the system says.
import { useSyncExternalStore } from "react";
import { readStored, writeStored } from "./storage";

export type Theme = "light" | "dark" | "system";

const listeners = new Set<() => void>();
const darkSystem = typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: dark)") : null;

export function currentTheme(): Theme {
  const saved = readStored("theme");
  return saved === "light" || saved === "dark" ? saved : "system";
}

function apply(): void {
  const theme = currentTheme();
  const dark = theme === "dark" || (theme === "system" && darkSystem?.matches === true);
  document.documentElement.classList.toggle("dark", dark);
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", dark ? "#171716" : "#fbfaf8");
  listeners.forEach((listener) => listener());
}

export function setTheme(theme: Theme): void {
  writeStored("theme", theme);
  apply();
}

darkSystem?.addEventListener("change", apply);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, currentTheme);
}
