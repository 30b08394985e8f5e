"""The tool-use loop, with a scripted model behind the real protocol."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from inference.calls import Toolbox
from inference.errors import BadReply, ToolError
from inference.events import (
    CallFinished,
    CallStarted,
    Event,
    RunFailed,
    RunFinished,
    TextAdded,
    TurnFinished,
    TurnStarted,
    TurnWithdrawn,
)
from inference.loop import Limits, Part, Reply, Restarted, TextPart, run_agent
from inference.messages import AssistantMessage, Conversation, Message, ToolCall, ToolResult, Usage, UserMessage
from inference.tools import CallContext, Tool


class Scripted:
    """A model that says what it is told, one list of parts a turn."""

    name = "scripted"

    def __init__(self, *turns: list[Any]) -> None:
        self.turns = list(turns)
        self.heard: list[list[Message]] = []

    async def stream(self, messages: Sequence[Message], tools: Sequence[Tool]) -> AsyncIterator[Part]:
        self.heard.append(list(messages))
        for part in self.turns.pop(0):
            if isinstance(part, Exception):
                raise part
            yield part


class Doubler:
    """Doubles a number; refuses negative ones; breaks on 13."""

    name = "double"
    description = "Doubles a number."
    parameters = {"type": "object"}
    changes_world = False
    timeout = 1.0

    def __init__(self, *, repeatable: bool = True) -> None:
        self.repeatable = repeatable
        self.ran: list[str] = []

    async def run(self, arguments: dict[str, Any], context: CallContext) -> str:
        self.ran.append(context.key)
        number = arguments.get("n", 0)
        if number == 99:
            await asyncio.sleep(30)
        if number == 13:
            raise RuntimeError("secret detail")
        if number < 0:
            raise ToolError("Give a number that is not negative.")
        return str(number * 2)


def call(number: Any, name: str = "double", key: str = "c1") -> ToolCall:
    return ToolCall(id=key, name=name, arguments=f'{{"n": {number}}}')


def calls(*asked: ToolCall) -> Reply:
    return Reply(calls=asked, finish_reason="tool_calls", usage=Usage(prompt_tokens=3, completion_tokens=2))


ANSWER = [TextPart("It is "), TextPart("4."), Reply(calls=(), finish_reason="stop", usage=Usage(prompt_tokens=1))]


async def play(
    model: Scripted, tool: Doubler | None = None, *, conversation: Any = None, turns: int = 5
) -> list[Event]:
    talk = conversation or Conversation([UserMessage(text="Double 2")])
    used = tool or Doubler()
    box, limits = Toolbox(tools={used.name: used}), Limits(max_turns=turns)
    return [event async for event in run_agent(model, box, talk, limits=limits, spent=Usage())]


async def test_an_answer_without_calls_ends_the_run() -> None:
    events = await play(Scripted(ANSWER))
    assert [type(event) for event in events] == [TurnStarted, TextAdded, TextAdded, TurnFinished, RunFinished]
    assert events[3].text == "It is 4."


async def test_the_result_of_a_call_goes_back_to_the_model() -> None:
    model = Scripted([calls(call(2))], ANSWER)
    events = await play(model)
    assert [event.output for event in events if isinstance(event, CallFinished)] == ["4"]
    assert ToolResult(call_id="c1", name="double", output="4") in model.heard[1]


async def test_usage_of_all_turns_is_added() -> None:
    events = await play(Scripted([calls(call(2))], ANSWER))
    assert events[-1] == RunFinished(usage=Usage(prompt_tokens=4, completion_tokens=2))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (call(-1), "not negative"),
        (call(13), "reason of its own"),
        (call(1, name="nothing"), "no tool named"),
        (ToolCall(id="c1", name="double", arguments="{broken"), "not valid JSON"),
        (ToolCall(id="c1", name="double", arguments="[1]"), "must be a JSON object"),
    ],
)
async def test_a_failing_call_is_an_observation_and_the_loop_goes_on(asked: ToolCall, said: str) -> None:
    events = await play(Scripted([calls(asked)], ANSWER))
    [done] = [event for event in events if isinstance(event, CallFinished)]
    assert done.outcome == "error"
    assert said in done.output
    assert "secret detail" not in done.output
    assert isinstance(events[-1], RunFinished)


async def test_a_slow_tool_is_given_up() -> None:
    tool = Doubler()
    tool.timeout = 0.05
    events = await play(Scripted([calls(call(99))], ANSWER), tool)
    assert any("no result within" in event.output for event in events if isinstance(event, CallFinished))


async def test_calls_of_one_turn_run_side_by_side() -> None:
    class Meeting(Doubler):
        """Every call waits for the other one."""

        barrier = asyncio.Barrier(2)

        async def run(self, arguments: dict[str, Any], context: CallContext) -> str:
            async with asyncio.timeout(1):
                await self.barrier.wait()
            return context.key

    events = await play(Scripted([calls(call(1, key="a"), call(2, key="b"))], ANSWER), Meeting())
    assert {event.output for event in events if isinstance(event, CallFinished)} == {"a", "b"}


async def test_a_tool_runs_only_after_its_start_was_taken() -> None:
    tool = Doubler()
    talk = Conversation([UserMessage(text="Double 2")])
    loop = run_agent(
        Scripted([calls(call(2))], ANSWER),
        Toolbox(tools={"double": tool}),
        talk,
        limits=Limits(max_turns=5),
        spent=Usage(),
    )
    async for event in loop:
        if isinstance(event, CallStarted):
            await asyncio.sleep(0.01)
            assert tool.ran == []
    assert tool.ran == ["c1"]


async def test_too_many_turns_fail_the_run() -> None:
    events = await play(Scripted(*[[calls(call(1, key=f"c{n}"))] for n in range(3)]), turns=3)
    assert isinstance(events[-1], RunFailed)
    assert events[-1].code == "turn_limit"


async def test_a_refusal_keeps_the_partial_answer_and_fails_the_run() -> None:
    events = await play(Scripted([TextPart("It is"), BadReply("garbage")]))
    assert [event.text for event in events if isinstance(event, TurnFinished)] == ["It is"]
    assert events[-2].finish_reason == "interrupted"
    assert events[-1] == RunFailed(code="model_error", message="garbage", usage=Usage())


async def test_a_restarted_reply_is_withdrawn_first() -> None:
    events = await play(Scripted([TextPart("wrong"), Restarted(), *ANSWER]))
    assert [type(event) for event in events[:4]] == [TurnStarted, TextAdded, TurnWithdrawn, TurnStarted]
    assert [event.text for event in events if isinstance(event, TurnFinished)] == ["It is 4."]


def asked_before(*started: str) -> Conversation:
    """A conversation whose last turn called a tool and whose worker was lost then."""
    spoken = AssistantMessage(text="", calls=(call(2),))
    return Conversation([UserMessage(text="Double 2"), spoken], frozenset(started))


async def test_a_call_that_had_not_started_is_run_on_resuming() -> None:
    tool = Doubler(repeatable=False)
    events = await play(Scripted(ANSWER), tool, conversation=asked_before())
    assert tool.ran == ["c1"]
    assert isinstance(events[0], CallStarted)


async def test_an_interrupted_call_is_repeated_only_when_that_does_no_harm() -> None:
    harmless, harmful = Doubler(repeatable=True), Doubler(repeatable=False)
    again = await play(Scripted(ANSWER), harmless, conversation=asked_before("c1"))
    never = await play(Scripted(ANSWER), harmful, conversation=asked_before("c1"))
    assert (harmless.ran, harmful.ran) == (["c1"], [])
    assert [again[0].outcome, never[0].outcome] == ["done", "unknown"]


async def test_a_run_that_had_answered_asks_nothing_more() -> None:
    model = Scripted()
    talk = Conversation([UserMessage(text="Hi"), AssistantMessage(text="Hello")])
    assert await play(model, conversation=talk) == [RunFinished(usage=Usage())]
    assert model.heard == []
