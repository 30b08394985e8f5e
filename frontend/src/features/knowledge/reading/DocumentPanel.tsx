// A cited passage in its document, beside the page that cites it or over it.
import { ExternalLink, FileX2, Lock, X } from "lucide-react";
import { Dialog as DialogPrimitive } from "radix-ui";
import { useEffect, useRef, type ReactNode, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { CitedPlace } from "@/components/document-opener";
import { visibleText } from "@/components/markdown/text";
import { ErrorState, StateMessage } from "@/components/States";
import { IconButton } from "@/components/ui/button";
import { giveFocusBack } from "@/components/ui/focus";
import { isApiError } from "@/lib/api/errors";
import { useChunk } from "../api/chunk";
import { useDocument } from "../api/document";
import { CitedDocument, Headings, PanelSkeleton, Quote, Remark } from "./CitedDocument";
import { useBack } from "./use-back";

export interface PanelProps {
  cited: CitedPlace;
  /** Has the focus again in the end, if the panel had it. */
  from: HTMLElement;
  /** Beside the page, which can still be used; else over it, and alone to be used. */
  docked: boolean;
  onClose: () => void;
}

export function DocumentPanel({ cited, from, docked, onClose }: PanelProps) {
  const { documentId, chunkId } = cited;
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => frame.current?.focus(), [documentId, chunkId, docked]);
  useBack(!docked, onClose);
  return (
    <DialogPrimitive.Root open modal={!docked} onOpenChange={(open) => { if (!open) onClose(); }}>
      <Frame docked={docked} frame={frame} from={from}>
        <Contents key={`${documentId} ${chunkId ?? ""}`} cited={cited} />
      </Frame>
    </DialogPrimitive.Root>
  );
}

interface FrameProps {
  docked: boolean;
  frame: RefObject<HTMLDivElement | null>;
  from: HTMLElement;
  children: ReactNode;
}

const shared = "fills flex flex-col gap-3 overflow-y-auto bg-background p-4 outline-none";
const beside = `${shared} h-full w-[clamp(26rem,38vw,46rem)] shrink-0 border-l px-5`;
const over = `${shared} fixed inset-y-0 right-0 z-50 w-full animate-fade shadow-xl sm:max-w-2xl sm:border-l sm:p-6`;

function Frame({ docked, frame, from, children }: FrameProps) {
  const giveBack = (event: Event): void => {
    event.preventDefault();
    giveFocusBack(from);
  };
  const content = (
    <DialogPrimitive.Content
      ref={frame}
      tabIndex={-1}
      aria-describedby={undefined}
      onOpenAutoFocus={(event) => { event.preventDefault(); frame.current?.focus(); }}
      onCloseAutoFocus={giveBack}
      onInteractOutside={(event) => { if (docked) event.preventDefault(); }}
      className={docked ? beside : over}
    >
      {children}
    </DialogPrimitive.Content>
  );
  if (docked) return content;
  return <DialogPrimitive.Portal><DialogPrimitive.Overlay className="fixed inset-0 z-40 animate-fade bg-black/35 dark:bg-black/60" />{content}</DialogPrimitive.Portal>;
}

function Contents({ cited }: { cited: CitedPlace }) {
  const { documentId, chunkId } = cited;
  const document = useDocument(documentId);
  const chunk = useChunk(documentId, chunkId, document.isSuccess);
  const failed = document.isError && !document.data ? document : chunk.isError ? chunk : null;
  const pending = document.isPending || (chunkId !== null && chunk.isPending);
  return (
    <>
      <Header cited={cited} name={document.data ? visibleText(document.data.name) : null}>{chunk.data ? <Headings chunk={chunk.data} /> : null}</Header>
      {cited.remark ? <Remark text={cited.remark} /> : null}
      {failed ? <><Failure error={failed.error} onRetry={() => void failed.refetch()} /><Quote text={cited.quote} /></> : null}
      {pending && !failed ? <PanelSkeleton /> : null}
      {document.data && !pending && !failed ? <CitedDocument document={document.data} chunk={chunk.data ?? null} cited={cited} /> : null}
    </>
  );
}

function Header({ cited: { documentId, chunkId }, name, children }: { cited: CitedPlace; name: string | null; children: ReactNode }) {
  const { t } = useTranslation();
  const address = `/knowledge/documents/${documentId}${chunkId === null ? "" : `?chunk=${chunkId}`}`;
  return (
    <div className="flex items-start gap-1">
      <div className="mr-1 min-w-0 grow">
        <DialogPrimitive.Title className="line-clamp-3 font-semibold break-words">{name ?? t("knowledge.reading.place")}</DialogPrimitive.Title>
        {children}
      </div>
      {name === null ? null : <IconButton asChild label={t("knowledge.panel.open")}><a href={address} target="_blank" rel="noreferrer"><ExternalLink /></a></IconButton>}
      <DialogPrimitive.Close asChild><IconButton label={t("common.close")}><X /></IconButton></DialogPrimitive.Close>
    </div>
  );
}

/** Others' documents and deleted ones are told alike, so that nobody learns which there are. */
function Failure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  const status = isApiError(error) ? error.status : 0;
  if (status !== 404 && status !== 403) return <ErrorState error={error} onRetry={onRetry} className="py-6" />;
  const [icon, name] = status === 404 ? [<FileX2 key="icon" />, "gone"] as const : [<Lock key="icon" />, "forbidden"] as const;
  return <div role="alert"><StateMessage icon={icon} title={t(`knowledge.panel.${name}`)} text={t(`knowledge.panel.${name}Text`)} className="py-6" /></div>;
}
