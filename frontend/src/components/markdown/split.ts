// Cuts Markdown into blocks that can be rendered one by one, so that only the last one changes while it streams.

interface Fence {
  mark: string;
  length: number;
}

const LIST_ITEM = /^\s{0,3}(?:[-*+]|\d{1,9}[.)])\s/;
const DEFINITION = /^ {0,3}\[[^\]]+\]:/m;

class Splitter {
  private readonly blocks: string[] = [];
  private current: string[] = [];
  private fence: Fence | null = null;
  private mathEnd: string | null = null;
  private blank = false;

  split(text: string): string[] {
    for (const line of text.split("\n")) this.add(line);
    this.close();
    return this.blocks;
  }

  private add(line: string): void {
    if (this.fence) this.addToFence(line, this.fence);
    else if (this.mathEnd) this.addToMath(line, this.mathEnd);
    else if (line.trim() === "") this.addBlank(line);
    else this.addText(line);
  }

  private addToFence(line: string, fence: Fence): void {
    this.current.push(line);
    const closing = line.trim();
    if (closing.length < fence.length || closing !== fence.mark.repeat(closing.length)) return;
    this.fence = null;
    if (!this.inList()) this.close();
  }

  private addToMath(line: string, end: string): void {
    this.current.push(line);
    if (line.includes(end)) this.mathEnd = null;
  }

  private addBlank(line: string): void {
    this.blank = true;
    if (this.current.length > 0) this.current.push(line);
  }

  private addText(line: string): void {
    const fence = openedFence(line);
    if (this.startsBlock(line, fence)) this.close();
    this.blank = false;
    this.current.push(line);
    this.fence = fence;
    if (!fence) this.mathEnd = openedMath(line);
  }

  private startsBlock(line: string, fence: Fence | null): boolean {
    if (this.current.length === 0) return false;
    if (fence) return !this.inList() || !/^\s/.test(line);
    if (!this.blank) return false;
    if (/^(?: {2,}|\t)/.test(line)) return false;
    return !(this.inList() && LIST_ITEM.test(line));
  }

  private inList(): boolean {
    return LIST_ITEM.test(this.current[0] ?? "");
  }

  private close(): void {
    const block = this.current.join("\n").replace(/\n\s*$/, "");
    if (block.trim() !== "") this.blocks.push(block);
    this.current = [];
    this.blank = false;
  }
}

function openedFence(line: string): Fence | null {
  const found = /^\s*(`{3,}|~{3,})(.*)$/.exec(line);
  const mark = found?.[1];
  if (!mark || (mark.startsWith("`") && found[2]?.includes("`"))) return null;
  return { mark: mark.charAt(0), length: mark.length };
}

function openedMath(line: string): string | null {
  const start = line.trim();
  if (start.startsWith("$$") && !start.slice(2).includes("$$")) return "$$";
  if (start.startsWith("\\[") && !start.includes("\\]")) return "\\]";
  return null;
}

/** The blocks of a text; texts with link or footnote definitions stay whole, for those reach across blocks. */
export function splitBlocks(text: string): string[] {
  if (DEFINITION.test(text)) return [text];
  return new Splitter().split(text);
}

const LONGEST_HELD = 160;
const TABLE_ROW = /^ {0,3}\|/;

/** A block still being written, less a table row that is not yet whole: half rows would move the columns at every word. */
export function withoutHalfRow(block: string): string {
  const lines = block.split("\n");
  const last = lines.at(-1) ?? "";
  if (!TABLE_ROW.test(last) || last.length > LONGEST_HELD) return block;
  const first = lines.findLastIndex((line) => !TABLE_ROW.test(line)) + 1;
  const rows = lines.length - first;
  return lines.slice(0, rows <= 2 ? first : -1).join("\n");
}

export interface CodeFence {
  language: string;
  code: string;
  closed: boolean;
}

/** A block that is nothing but one code fence, closed or still being written. */
export function parseFence(block: string): CodeFence | null {
  const lines = block.split("\n");
  const fence = /^\S/.test(block) ? openedFence(lines[0] ?? "") : null;
  if (!fence) return null;
  const last = (lines.at(-1) ?? "").trim();
  const closed = lines.length > 1 && last.length >= fence.length && last === fence.mark.repeat(last.length);
  const language = (lines[0] ?? "").slice(fence.length).trim().split(/\s/)[0] ?? "";
  return { language, code: lines.slice(1, closed ? -1 : undefined).join("\n"), closed };
}
