// The loaded part of a conversation's active branch: pure ways to grow and cut it.
import type { Message, MessagePage, RunAnswer, RunBody } from "@/lib/api/types";

export interface Thread {
  items: Message[];
  next_cursor: string | null;
  revision: number;
}

/** Puts the newest page over what is loaded; what is older and still an ancestor stays. */
export function withNewest(known: Thread | undefined, page: MessagePage): Thread {
  const first = page.items[0];
  const index = first && known ? known.items.findIndex((message) => message.id === first.id) : -1;
  if (!known || index <= 0) return { items: page.items, next_cursor: page.next_cursor, revision: page.revision };
  return { items: [...known.items.slice(0, index), ...page.items], next_cursor: known.next_cursor, revision: page.revision };
}

/** Puts an older page before what is loaded. */
export function withOlder(known: Thread, page: MessagePage): Thread {
  const have = new Set(known.items.map((message) => message.id));
  const older = page.items.filter((message) => !have.has(message.id));
  return { ...known, items: [...older, ...known.items], next_cursor: page.next_cursor };
}

/** The branch up to the message a new one hangs on. */
export function upTo(items: Message[], parentId: string | null): Message[] {
  if (parentId === null) return [];
  const index = items.findIndex((message) => message.id === parentId);
  return index < 0 ? items : items.slice(0, index + 1);
}

export function withAnswer(known: Thread, answer: RunAnswer): Thread {
  const kept = upTo(known.items, answer.user_message.parent_id);
  return { ...known, items: [...kept, answer.user_message, { ...answer.reply, run: answer.reply.run ?? answer.run }] };
}

/** What stays visible while a request is on its way. */
export function keptDuring(items: Message[], body: RunBody): Message[] {
  if ("regenerate" in body) {
    const reply = items.find((message) => message.id === body.regenerate);
    return reply ? upTo(items, reply.parent_id) : items;
  }
  return body.parent_id === undefined ? items : upTo(items, body.parent_id);
}
