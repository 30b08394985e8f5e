"""Keeps a conversation within what its model reads, in the open: each shortening is an event that people see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from inference.counting import Counter, length_bound, text_of
from inference.errors import InferenceError
from inference.events import HistoryCompacted
from inference.loop import Model, TextPart
from inference.messages import AssistantMessage, Conversation, Message, SystemMessage, ToolResult, UserMessage
from inference.text import shortened
from inference.tools import Tool

KEPT_RESULT = 2000
"""Characters that are kept of an earlier result when space is short."""
SUMMARY_OF = "Summary of the conversation so far, which was too long to read whole:"
SUMMARIZE = (
    "You keep the memory of a conversation that has become too long to read whole. Write a summary of it in its own "
    "language, at most 600 words: what the user wants, what was found out (numbers, names, addresses, file names and "
    "the numbers of sources 【n†source】 word for word), what was decided, what is still open. Facts only, no preface."
)
PIECE_SHARE = 0.5
"""Of the model's window that one piece of the history may fill while it is summarized."""


def with_summary(system: str, summary: str) -> str:
    """The system message of a conversation whose beginning was summarized."""
    return "\n\n".join(part for part in (system, f"{SUMMARY_OF}\n{summary}") if part)


@dataclass(slots=True, kw_only=True)
class CompactingWindow:
    """A `Window` of `length` tokens, of which `reserve` are kept free for the answer."""

    model: Model
    counter: Counter
    length: int
    reserve: int

    async def fit(self, conversation: Conversation, tools: Sequence[Tool]) -> HistoryCompacted | None:
        """Shorten when the next prompt is too long: first what was said before this question, then old results.

        Raises InferenceError when the model cannot summarize.
        """
        room = self.length - self.reserve
        if length_bound(conversation.messages, tools) <= room:
            return None
        before = await self.counter.count(conversation.messages, tools)
        if before <= room:
            return None
        history, rest = _parted(conversation.messages)
        summary = await self._summary(history) if history else ""
        if summary:
            system = conversation.messages[0] if isinstance(conversation.messages[0], SystemMessage) else None
            told = with_summary(system.text if system else "", summary)
            conversation.messages[:] = [SystemMessage(text=told), *rest]
        else:
            conversation.messages[:] = _with_shorter_results(conversation.messages)
        return HistoryCompacted(
            turn=conversation.turn + 1,
            what="history" if summary else "results",
            tokens_before=before,
            tokens_after=await self.counter.count(conversation.messages, tools),
            summary=summary,
        )

    async def _summary(self, history: Sequence[Message]) -> str:
        """Piece by piece, each with the summary of those before it."""
        summary = ""
        for piece in _pieces(history, limit=round(self.length * PIECE_SHARE)):
            asked = f"{SUMMARY_OF}\n{summary}\n\n{piece}" if summary else piece
            messages: list[Message] = [SystemMessage(text=SUMMARIZE), UserMessage(text=asked)]
            parts = [part.text async for part in self.model.stream(messages, []) if isinstance(part, TextPart)]
            summary = shortened("".join(parts).strip(), 8000)
        if history and not summary:
            raise InferenceError("The conversation is longer than the model can read, and it could not be summarized.")
        return summary


def _parted(messages: Sequence[Message]) -> tuple[list[Message], list[Message]]:
    """What was said before the last question (without the system message), and everything from it on."""
    last = max((index for index, one in enumerate(messages) if isinstance(one, UserMessage)), default=0)
    return [one for one in messages[:last] if not isinstance(one, SystemMessage)], list(messages[last:])


def _pieces(history: Sequence[Message], *, limit: int) -> list[str]:
    """The history as texts of at most `limit` bytes, so that each surely fits."""
    pieces: list[str] = []
    for message in history:
        text = f"{_speaker(message)}: {text_of(message).strip()}"
        for at in range(0, len(text), limit // 4 or 1):
            part = text[at : at + (limit // 4 or 1)]
            if pieces and len(pieces[-1].encode()) + len(part.encode()) < limit:
                pieces[-1] += f"\n\n{part}" if at == 0 else part
            else:
                pieces.append(part)
    return pieces


def _speaker(message: Message) -> str:
    match message:
        case UserMessage():
            return "User"
        case AssistantMessage():
            return "Assistant"
        case ToolResult(name=name):
            return f"Result of {name}"
        case _:
            return "System"


def _with_shorter_results(messages: Sequence[Message]) -> list[Message]:
    """Results before the last turn's cut to their beginning and end; if those are short already, the last ones too."""
    turns = [index for index, one in enumerate(messages) if isinstance(one, AssistantMessage)]
    edge = turns[-1] if turns else 0
    long = [
        index for index, one in enumerate(messages) if isinstance(one, ToolResult) and len(one.output) > KEPT_RESULT * 2
    ]
    chosen = [index for index in long if index < edge] or long
    return [
        replace(one, output=shortened(one.output, KEPT_RESULT))
        if index in chosen and isinstance(one, ToolResult)
        else one
        for index, one in enumerate(messages)
    ]
