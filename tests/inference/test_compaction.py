"""A conversation kept within its model's window, in the open."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from inference.compaction import CompactingWindow
from inference.counting import length_bound, text_of
from inference.errors import InferenceError
from inference.loop import Part, Reply, TextPart
from inference.messages import (
    AssistantMessage,
    Conversation,
    Message,
    SystemMessage,
    ToolCall,
    ToolResult,
    UserMessage,
)


class Writer:
    """Writes the same summary each time, and remembers what it was asked."""

    name = "writer"

    def __init__(self, summary: str = "They spoke of cats.") -> None:
        self.summary = summary
        self.asked: list[str] = []

    async def stream(self, messages: Sequence[Message], tools: Sequence[Any]) -> AsyncIterator[Part]:
        self.asked.append(text_of(messages[-1]))
        yield TextPart(self.summary)
        yield Reply(calls=(), finish_reason="stop", usage=None)


class Words:
    """Counts a token a word."""

    async def count(self, messages: Sequence[Message], tools: Sequence[Any]) -> int:
        return sum(len(text_of(message).split()) for message in messages)


def window(writer: Writer, length: int = 1000) -> CompactingWindow:
    return CompactingWindow(model=writer, counter=Words(), length=length, reserve=100)


def long_talk() -> Conversation:
    return Conversation(
        [
            SystemMessage(text="Be kind."),
            UserMessage(text="cats " * 800),
            AssistantMessage(text="I like cats too. " * 100),
            UserMessage(text="And dogs?"),
        ]
    )


async def test_what_fits_is_left_alone_without_asking_the_server() -> None:
    class Never:
        async def count(self, messages: Sequence[Message], tools: Sequence[Any]) -> int:
            raise AssertionError("the server was asked")

    talk = Conversation([UserMessage(text="hi")])
    small = CompactingWindow(model=Writer(), counter=Never(), length=1000, reserve=100)
    assert await small.fit(talk, []) is None


async def test_the_past_becomes_a_summary_and_the_question_stays_word_for_word() -> None:
    talk, writer = long_talk(), Writer()
    event = await window(writer).fit(talk, [])
    assert event is not None
    assert (event.what, event.summary, event.turn) == ("history", "They spoke of cats.", 1)
    assert event.tokens_before > 900 > event.tokens_after
    assert [type(message) for message in talk.messages] == [SystemMessage, UserMessage]
    assert text_of(talk.messages[0]).startswith("Be kind.")
    assert "They spoke of cats." in text_of(talk.messages[0])
    assert text_of(talk.messages[1]) == "And dogs?"


async def test_each_piece_of_a_long_past_is_read_and_none_is_too_long() -> None:
    talk, writer = long_talk(), Writer()
    await window(writer).fit(talk, [])
    assert len(writer.asked) > 5
    assert all(len(asked.encode()) < 1000 for asked in writer.asked)
    assert sum(asked.count("cats") for asked in writer.asked) >= 900


async def test_results_of_this_run_are_cut_when_there_is_no_past() -> None:
    calls = tuple(ToolCall(id=f"c{n}", name="read", arguments="{}") for n in range(2))
    talk = Conversation(
        [
            UserMessage(text="Read."),
            AssistantMessage(text="", calls=calls[:1]),
            ToolResult(call_id="c0", name="read", output="early " * 3000),
            AssistantMessage(text="", calls=calls[1:]),
            ToolResult(call_id="c1", name="read", output="late " * 3000),
        ]
    )
    event = await window(Writer(), length=4500).fit(talk, [])
    assert event is not None
    assert (event.what, event.summary) == ("results", "")
    assert "characters left out" in text_of(talk.messages[2])
    assert text_of(talk.messages[4]) == "late " * 3000


async def test_a_model_that_cannot_summarize_is_a_clear_failure() -> None:
    with pytest.raises(InferenceError, match="could not be summarized"):
        await window(Writer(summary="")).fit(long_talk(), [])


def test_no_text_has_more_tokens_than_the_bound() -> None:
    assert length_bound([UserMessage(text="你好")], []) >= 6
