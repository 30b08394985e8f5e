// The messages of a conversation: only those in view are drawn, and the newest stays in view unless one reads back.
import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";

export interface ThreadRow {
  key: string;
  content: ReactNode;
}

interface ThreadProps {
  rows: ThreadRow[];
  hasOlder: boolean;
  onOlder: () => void;
  /** Grows with each message sent from here: brings the newest into view. */
  sent: string | null;
}

const NEAR_END_PX = 96;
const FAR_FROM_END_PX = 240;

type ThreadVirtualizer = Virtualizer<HTMLDivElement, HTMLDivElement>;

function useThreadVirtualizer(rows: ThreadRow[], scroller: React.RefObject<HTMLDivElement | null>): ThreadVirtualizer {
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer is read while rendering, by design
  return useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 180,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 6,
    paddingStart: 24,
    paddingEnd: 24,
    gap: 24,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: NEAR_END_PX,
  });
}

/** Rows are measured as soon as their words change, not after the layout: what is below a growing answer never moves. */
function useMeasuringAtOnce(virtualizer: ThreadVirtualizer, sizer: React.RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const element = sizer.current;
    if (!element) return undefined;
    const observer = new MutationObserver((changes) => {
      const changed = new Set(changes.map((change) => rowOf(change.target)));
      for (const row of changed) if (row?.isConnected) virtualizer.resizeItem(Number(row.dataset.index), row.offsetHeight);
    });
    observer.observe(element, { subtree: true, childList: true, characterData: true });
    return () => observer.disconnect();
  }, [virtualizer, sizer]);
}

function rowOf(node: Node): HTMLElement | null {
  const element = node instanceof Element ? node : node.parentElement;
  return element?.closest<HTMLElement>("[data-index]") ?? null;
}

function useFarFromEnd(scroller: React.RefObject<HTMLDivElement | null>): boolean {
  const [far, setFar] = useState(false);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const look = (): void => setFar(element.scrollHeight - element.scrollTop - element.clientHeight > FAR_FROM_END_PX);
    element.addEventListener("scroll", look, { passive: true });
    return () => element.removeEventListener("scroll", look);
  }, [scroller]);
  return far;
}

/** Opens at the newest message, follows what is sent, asks for older ones near the top. */
function useThreadScrolling(virtualizer: ThreadVirtualizer, props: ThreadProps): void {
  const { rows, hasOlder, onOlder, sent } = props;
  const opened = useRef(false);
  useLayoutEffect(() => {
    if (opened.current || rows.length < 2) return;
    opened.current = true;
    virtualizer.scrollToEnd();
  }, [virtualizer, rows.length]);
  useEffect(() => {
    if (sent !== null) virtualizer.scrollToEnd();
  }, [virtualizer, sent]);
  const firstIndex = virtualizer.getVirtualItems()[0]?.index;
  useEffect(() => {
    if (hasOlder && opened.current && firstIndex !== undefined && firstIndex < 4) onOlder();
  }, [hasOlder, onOlder, firstIndex, rows.length]);
}

export function Thread(props: ThreadProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const sizer = useRef<HTMLDivElement>(null);
  const virtualizer = useThreadVirtualizer(props.rows, scroller);
  useMeasuringAtOnce(virtualizer, sizer);
  useThreadScrolling(virtualizer, props);
  const far = useFarFromEnd(scroller);
  return (
    <div className="relative min-h-0 grow">
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long thread is scrolled by keyboard */}
      <div ref={scroller} tabIndex={0} role="region" aria-label={t("chat.thread")} className="relative h-full overflow-y-auto [overflow-anchor:none] focus-visible:outline-offset-[-2px]">
        <div className="relative mx-auto w-full max-w-3xl px-4 sm:px-6">
          <div ref={sizer} className="relative w-full" style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map((item) => (
              <div key={item.key} data-index={item.index} ref={virtualizer.measureElement} className="absolute top-0 left-0 w-full" style={{ transform: `translateY(${item.start}px)` }}>
                {props.rows[item.index]?.content}
              </div>
            ))}
          </div>
        </div>
      </div>
      {far ? (
        <Button variant="outline" size="sm" onClick={() => virtualizer.scrollToEnd({ behavior: "smooth" })} className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-md">
          <ArrowDown />{t("chat.jump")}
        </Button>
      ) : null}
    </div>
  );
}
