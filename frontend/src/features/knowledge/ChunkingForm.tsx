// How documents are cut into passages.
import { useTranslation } from "react-i18next";
import { Field, Input, Select, Textarea } from "@/components/ui/input";
import { fieldError } from "@/lib/api/error-text";
import type { Chunking, ChunkingMode } from "@/lib/api/knowledge-types";
import { readSeparators, showSeparators } from "./separators";

export const usual: Chunking = { mode: "structure", size: 512, overlap: 64, parent_size: 1600, separators: [] };

const modes: ChunkingMode[] = ["structure", "parent_child", "qa", "separators"];
const limits = { size: [32, 2000], overlap: [0, 500], parent_size: [64, 8000] } as const;
type Size = keyof typeof limits;

interface FormProps {
  value: Chunking;
  onChange: (chunking: Chunking) => void;
  error: unknown;
}

export function ChunkingForm({ value, onChange, error }: FormProps) {
  const { t } = useTranslation();
  const edit = (change: Partial<Chunking>): void => onChange({ ...value, ...change });
  const sizes: Size[] = value.mode === "parent_child" ? ["size", "overlap", "parent_size"] : ["size", "overlap"];
  const whole = fieldError(error, "chunking", t);
  const named = [...sizes, "separators"].some((name) => fieldError(error, `chunking.${name}`, t) !== null);
  return (
    <div className="flex flex-col gap-4">
      <Field label={t("knowledge.cut.title")} hint={t(`knowledge.cut.hint.${value.mode}`)} error={named ? null : whole}>
        {(props) => (
          <Select {...props} value={value.mode} onChange={(event) => edit(startOf(event.target.value as ChunkingMode))}>
            {modes.map((mode) => <option key={mode} value={mode}>{t(`knowledge.cut.mode.${mode}`)}</option>)}
          </Select>
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        {sizes.map((size) => (
          <Field key={size} label={t(`knowledge.cut.${size}`)} hint={t(`knowledge.cut.hint.${size}`)} error={fieldError(error, `chunking.${size}`, t)}>
            {(props) => <Input {...props} type="number" required min={limits[size][0]} max={limits[size][1]} value={value[size]} onChange={(event) => edit(size === "size" ? sizeOf(value, event.target.valueAsNumber || 0) : { [size]: event.target.valueAsNumber || 0 })} />}
          </Field>
        ))}
      </div>
      {value.mode === "separators" ? (
        <Field label={t("knowledge.cut.separators")} hint={t("knowledge.cut.hint.ownSeparators")} error={fieldError(error, "chunking.separators", t)}>
          {(props) => <Textarea {...props} rows={3} className="font-mono" defaultValue={showSeparators(value.separators)} onChange={(event) => edit({ separators: readSeparators(event.target.value) })} />}
        </Field>
      ) : null}
    </div>
  );
}

const usualOverlap = (size: number): number => Math.min(usual.overlap, Math.floor(size / 8));

/** An overlap that nobody chose goes with the size, as the server has it. */
function sizeOf(value: Chunking, size: number): Partial<Chunking> {
  return value.overlap === usualOverlap(value.size) ? { size, overlap: usualOverlap(size) } : { size };
}

/** A mode of separators needs one to begin with. */
function startOf(mode: ChunkingMode): Partial<Chunking> {
  return { mode, separators: mode === "separators" ? ["\n\n"] : [] };
}
