// What the chips of an answer know of it: its citations, and which of them one points at by its sentence.
import { createContext, useEffect, useMemo, useRef, useState } from "react";
import type { Citation } from "@/lib/api/types";

export const CitationsContext = createContext<readonly Citation[]>([]);

export interface Pointing {
  /** The place of a citation whose sentence is pointed at, among all of the answer. */
  pointed: number | null;
  point: (index: number) => void;
  leave: () => void;
  end: () => void;
}

const nothing = (): void => undefined;
export const PointedContext = createContext<Pointing>({ pointed: null, point: nothing, leave: nothing, end: nothing });

/** Long enough to move from a sentence or chip into its card. */
export const LEAVE_MS = 160;

export function usePointing(): Pointing {
  const [pointed, setPointed] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useMemo(() => ({
    pointed,
    point: (index) => {
      clearTimeout(timer.current);
      setPointed(index);
    },
    leave: () => {
      timer.current = setTimeout(() => setPointed(null), LEAVE_MS);
    },
    end: () => setPointed(null),
  }), [pointed]);
}
