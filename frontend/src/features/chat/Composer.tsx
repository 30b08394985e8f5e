// Where a message is written: grows, sends on Enter, never in the middle of an input method's word.
import { ArrowUp, Square } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";

interface ComposerProps {
  text: string;
  onText: (text: string) => void;
  onSend: (text: string) => void;
  onStop?: (() => void) | undefined;
  running?: boolean;
  blocked?: boolean;
  placeholder: string;
  autoFocus?: boolean;
  inputRef?: RefObject<HTMLTextAreaElement | null> | undefined;
  footer?: ReactNode;
}

const TALLEST_PX = 240;

/** Enter pressed to send, not to choose a word in an input method. */
function isSendKey(event: KeyboardEvent<HTMLTextAreaElement>): boolean {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- 229 is how some browsers tell of the Enter that ends a composition
  const composing = event.nativeEvent.isComposing || event.keyCode === 229;
  return event.key === "Enter" && !event.shiftKey && !event.altKey && !composing;
}

function useGrowing(ref: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const area = ref.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, TALLEST_PX)}px`;
  }, [ref, text]);
}

export function Composer(props: ComposerProps) {
  const { text, onText, onSend, onStop, running = false, blocked = false, placeholder, autoFocus = false, footer } = props;
  const { t } = useTranslation();
  const own = useRef<HTMLTextAreaElement>(null);
  const ref = props.inputRef ?? own;
  useGrowing(ref, text);
  useEffect(() => {
    if (autoFocus && matchMedia("(hover: hover)").matches) ref.current?.focus();
  }, [autoFocus, ref]);
  const ready = text.trim() !== "" && !running && !blocked;
  const send = (): void => {
    if (ready) onSend(text.trim());
  };
  return (
    <div className="mx-auto w-full max-w-3xl px-3 pb-3 sm:px-6">
      <form
        onSubmit={(event) => { event.preventDefault(); send(); }}
        className="flex items-end gap-2 rounded-2xl border border-input/50 bg-surface p-2 shadow-sm transition-colors focus-within:border-primary"
      >
        <textarea
          ref={ref}
          rows={1}
          value={text}
          aria-label={t("chat.message")}
          placeholder={placeholder}
          enterKeyHint="send"
          onChange={(event) => onText(event.target.value)}
          onKeyDown={(event) => {
            if (!isSendKey(event)) return;
            event.preventDefault();
            send();
          }}
          className="max-h-60 min-h-9 grow resize-none bg-transparent px-2 py-1.5 text-base leading-6 outline-none placeholder:text-muted-foreground"
        />
        {running && onStop ? (
          <Button size="icon" variant="primary" aria-label={t("chat.stop")} title={t("chat.stop")} onClick={onStop} className="rounded-xl"><Square fill="currentColor" className="!size-3.5" /></Button>
        ) : (
          <Button size="icon" type="submit" aria-label={t("chat.send")} title={t("chat.send")} disabled={!ready} className="rounded-xl"><ArrowUp className="!size-5" /></Button>
        )}
      </form>
      {footer}
    </div>
  );
}
