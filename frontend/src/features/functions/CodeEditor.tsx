// A box for code: a plain one until the editor is loaded, and where it cannot be.
import { useEffect, useEffectEvent, useRef } from "react";
import { Textarea } from "@/components/ui/input";
import { LazyModule, useLazy } from "@/components/markdown/use-lazy";
import type { CodeHandle } from "./codemirror";

const engine = new LazyModule(() => import("./codemirror"));

interface CodeEditorProps {
  code: string;
  label: string;
  readOnly: boolean;
  wrongLine: number | null;
  onChange: (code: string) => void;
}

export function CodeEditor({ code, label, readOnly, wrongLine, onChange }: CodeEditorProps) {
  const loaded = useLazy(engine, true);
  const place = useRef<HTMLDivElement>(null);
  const handle = useRef<CodeHandle>(null);
  const changed = useEffectEvent(onChange);
  const first = useEffectEvent(() => code);
  useEffect(() => {
    if (!loaded || !place.current) return undefined;
    handle.current = loaded.openEditor({ parent: place.current, code: first(), label, readOnly, onChange: (next) => changed(next) });
    return () => {
      handle.current?.destroy();
      handle.current = null;
    };
  }, [loaded, label, readOnly]);
  useEffect(() => handle.current?.set(code), [code, loaded]);
  useEffect(() => handle.current?.mark(wrongLine), [wrongLine, loaded]);
  if (!loaded) return <Textarea aria-label={label} readOnly={readOnly} value={code} rows={18} spellCheck={false} onChange={(event) => onChange(event.target.value)} className="font-mono" />;
  return <div ref={place} className="h-[26rem] overflow-hidden rounded-lg border border-input/60 focus-within:outline-2 focus-within:outline-ring" />;
}
