// Where a message is written: grows, sends on Enter, never in the middle of an input method's word.
import { ArrowUp, Paperclip, Square } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState, type DragEvent, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "@/components/ui/button";
import { AttachmentList } from "./AttachmentList";
import type { Attachments } from "./attachments";

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
  attachments?: Attachments;
  /** Said above it. */
  notice?: ReactNode;
  footer?: ReactNode;
}

const TALLEST_PX = 240;

/** Enter pressed to send, not to choose a word in an input method. */
function isSendKey(event: KeyboardEvent<HTMLTextAreaElement>): boolean {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- 229 is how some browsers tell of the Enter that ends a composition
  const composing = event.nativeEvent.isComposing || event.keyCode === 229;
  return event.key === "Enter" && !event.shiftKey && !event.altKey && !composing;
}

/** Who writes in another field while the page is still arriving keeps it. */
function isWritingElsewhere(): boolean {
  return document.activeElement?.matches("input, textarea, select, [contenteditable]") ?? false;
}

function useGrowing(ref: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const area = ref.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, TALLEST_PX)}px`;
  }, [ref, text]);
}

/** Files dropped on the composer; `over` while they hang above it. */
function useDrop(attachments: Attachments | undefined) {
  const [over, setOver] = useState(false);
  if (!attachments) return { over: false, handlers: {} };
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes("Files");
  const handlers = {
    onDragOver: (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(false);
      attachments.add([...event.dataTransfer.files]);
    },
  };
  return { over, handlers };
}

export function Composer(props: ComposerProps) {
  const { text, onSend, running = false, blocked = false, autoFocus = false, attachments, notice, footer } = props;
  const own = useRef<HTMLTextAreaElement>(null);
  const ref = props.inputRef ?? own;
  const { over, handlers } = useDrop(attachments);
  useGrowing(ref, text);
  useEffect(() => {
    if (autoFocus && matchMedia("(hover: hover)").matches && !isWritingElsewhere()) ref.current?.focus();
  }, [autoFocus, ref]);
  const ready = text.trim() !== "" && !running && !blocked && (attachments?.ready ?? true);
  const send = (): void => {
    if (ready) onSend(text.trim());
  };
  return (
    <div className="mx-auto w-full max-w-3xl px-3 pb-3 sm:px-6">
      {notice}
      <form
        {...handlers}
        onSubmit={(event) => { event.preventDefault(); send(); }}
        className={`rounded-2xl border bg-surface p-2 shadow-sm transition-colors focus-within:border-primary ${over ? "border-primary bg-primary-soft" : "border-input/50"}`}
      >
        {attachments && attachments.items.length > 0 ? <AttachmentList attachments={attachments} /> : null}
        <div className="flex items-end gap-2">
          {attachments ? <AttachButton onPick={attachments.add} /> : null}
          <Words {...props} areaRef={ref} onEnter={send} />
          <SendButton {...props} ready={ready} />
        </div>
      </form>
      {footer}
    </div>
  );
}

function Words({ text, onText, placeholder, attachments, areaRef, onEnter }: ComposerProps & { areaRef: RefObject<HTMLTextAreaElement | null>; onEnter: () => void }) {
  const { t } = useTranslation();
  return (
    <textarea
      ref={areaRef}
      rows={1}
      value={text}
      aria-label={t("chat.message")}
      placeholder={placeholder}
      enterKeyHint="send"
      onChange={(event) => onText(event.target.value)}
      onPaste={(event) => {
        if (!attachments || event.clipboardData.files.length === 0) return;
        event.preventDefault();
        attachments.add([...event.clipboardData.files]);
      }}
      onKeyDown={(event) => {
        if (!isSendKey(event)) return;
        event.preventDefault();
        onEnter();
      }}
      className="max-h-60 min-h-9 min-w-0 grow resize-none bg-transparent px-2 py-1.5 text-base leading-6 outline-none placeholder:overflow-hidden placeholder:text-ellipsis placeholder:whitespace-nowrap placeholder:text-muted-foreground"
    />
  );
}

function SendButton({ running = false, onStop, ready }: ComposerProps & { ready: boolean }) {
  const { t } = useTranslation();
  if (running && onStop) return <Button size="icon" variant="primary" aria-label={t("chat.stop")} title={t("chat.stop")} onClick={onStop} className="rounded-xl"><Square fill="currentColor" className="!size-3.5" /></Button>;
  return <Button size="icon" type="submit" aria-label={t("chat.send")} title={t("chat.send")} disabled={!ready} className="rounded-xl"><ArrowUp className="!size-5" /></Button>;
}

function AttachButton({ onPick }: { onPick: (files: File[]) => void }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton size="icon" label={t("file.attach")} onClick={() => input.current?.click()}><Paperclip /></IconButton>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t("file.choose")}
        onChange={(event) => {
          onPick([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </>
  );
}
