// How far a call is, in the person's words where the tool's own are known.
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { visibleText } from "../markdown/text";

/** What our tools say while they work; `done` and `all` are taken from their words. */
const known: [RegExp, string][] = [
  [/^Running Python$/, "progress.python"],
  [/^Searching$/, "progress.search"],
  [/^Opening the page$/, "progress.page"],
  [/^Taking a picture$/, "progress.screenshot"],
  [/^(?<done>\d+) of (?<all>\d+) pages$/, "progress.pages"],
  [/^Drawing$/, "progress.drawing"],
  [/^Drawing: step (?<done>\d+) of (?<all>\d+)$/, "progress.step"],
];

export function progressText(text: string, t: TFunction): string {
  for (const [words, key] of known) {
    const found = words.exec(text);
    if (found) return t(key, { ...found.groups });
  }
  return visibleText(text);
}

/** Without a share only the words. */
export function ProgressLine({ text, fraction }: { text: string; fraction: number | null }) {
  const { t } = useTranslation();
  const told = progressText(text, t);
  const percent = fraction === null ? null : Math.round(Math.max(0, Math.min(1, fraction)) * 100);
  return (
    <div className="flex items-center gap-3 px-3 pb-2 text-xs text-muted-foreground">
      <span className="min-w-0 truncate">{told}</span>
      {percent === null ? null : (
        <>
          <span role="progressbar" aria-label={told} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} className="h-1 min-w-16 grow overflow-hidden rounded-full bg-muted"><span className="block h-full rounded-full bg-primary transition-[width]" style={{ width: `${percent}%` }} /></span>
          <span className="shrink-0 tabular-nums">{percent} %</span>
        </>
      )}
    </div>
  );
}
