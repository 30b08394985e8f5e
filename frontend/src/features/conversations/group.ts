// Puts conversations under the day they were last used.
import type { Conversation } from "@/lib/api/types";
import { dayGroup, type DayGroup } from "@/lib/format";

export interface ConversationGroup {
  day: DayGroup;
  conversations: Conversation[];
}

export function groupByDay(conversations: Conversation[], now = new Date()): ConversationGroup[] {
  const groups: ConversationGroup[] = [];
  for (const conversation of conversations) {
    const day = dayGroup(conversation.updated_at, now);
    const last = groups.find((group) => group.day === day);
    if (last) last.conversations.push(conversation);
    else groups.push({ day, conversations: [conversation] });
  }
  return groups;
}
