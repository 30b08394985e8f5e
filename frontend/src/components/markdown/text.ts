// Makes text from models and people safe to look at: nothing hidden, nothing that runs away.

// eslint-disable-next-line no-control-regex -- these are exactly the characters to remove
const INVISIBLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;
const PILED_MARKS = /(\p{M}{6})\p{M}+/gu;

/** Without control, direction-changing, zero-width and tag characters, and with at most six marks on a letter. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, "").replace(PILED_MARKS, "$1");
}

const LONG_RUN = /([*_~[\]>`$|!<(#\\+-])\1{199,}|(?:> ?){60,}|(?:[-*+] ){60,}/;
const MOST_MARKS = 8000;
const LONGEST_BLOCK = 60_000;

/** Whether parsing this as Markdown could take for ever: such a block is shown as plain text. */
export function isHostile(block: string): boolean {
  if (block.length > LONGEST_BLOCK || LONG_RUN.test(block)) return true;
  let marks = 0;
  for (const character of block) if ("*_~[]`$<>".includes(character)) marks += 1;
  return marks > MOST_MARKS;
}
