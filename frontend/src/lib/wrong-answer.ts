// An answer that somebody says was wrong, on its way from the chat to a knowledge base.

export interface WrongAnswer {
  messageId: string;
  question: string;
  /** As it was given, without the marks of its sources. */
  answer: string;
  /** The knowledge bases that the agent has, or was given passages of. */
  baseIds: string[];
}

const MARK = /\s?【\d{1,6}†[^【】\n]{0,200}】/g;

export function withoutMarks(text: string): string {
  return text.replace(MARK, "").trim();
}
