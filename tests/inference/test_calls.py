"""Calls side by side: progress, results with what people see of them, decisions, repeated failures."""

import asyncio
from typing import Any

import pytest

from inference.calls import DENIED, GIVEN_UP, Toolbox, act, waiting_calls
from inference.errors import RepeatedFailure, ToolError
from inference.events import CallFinished, CallProgressed, CallStarted, WaitingCall
from inference.messages import AssistantMessage, Conversation, Decided, ToolCall, ToolResult, UserMessage
from inference.observations import Artefact, Observation, Source
from inference.tools import CallContext, Progress


class Painter:
    """Tells how far it is, then shows a picture."""

    name = "paint"
    description = "Paints."
    parameters: Any = {"type": "object"}
    repeatable = True
    changes_world = False
    timeout = 5.0

    async def run(self, arguments: dict[str, Any], context: CallContext) -> Observation:
        if arguments.get("fail"):
            raise ToolError("No paint.")
        for step in range(3):
            context.report(Progress(text=f"step {step}", fraction=step / 3))
            await asyncio.sleep(arguments.get("pause", 0))
        return Observation(
            text="done",
            metadata="cogview_result",
            view={"kind": "image"},
            artefacts=(Artefact(id="f1", name="a.png", media_type="image/png", size=3),),
            sources=(Source(number=4, title="T", url="https://example.com"),),
        )


def talk(*calls: ToolCall, decided: Any = None) -> Conversation:
    return Conversation([UserMessage(text="go"), AssistantMessage(text="", calls=calls)], frozenset(), decided or {})


def call(key: str = "c1", arguments: str = "{}") -> ToolCall:
    return ToolCall(id=key, name="paint", arguments=arguments)


BOX = Toolbox(tools={"paint": Painter()})
CAREFUL = Toolbox(tools={"paint": Painter()}, waits={"paint": "approval"})


async def play(box: Toolbox, conversation: Conversation) -> list[Any]:
    return [event async for event in act(box, conversation)]


async def test_progress_comes_between_start_and_end_and_not_too_often() -> None:
    slow = await play(BOX, talk(call(arguments='{"pause": 0.25}')))
    assert [type(event) for event in slow] == [CallStarted, *[CallProgressed] * 3, CallFinished]
    assert slow[2] == CallProgressed(call_id="c1", text="step 1", fraction=1 / 3)
    quick = await play(BOX, talk(call()))
    assert [type(event) for event in quick] == [CallStarted, CallProgressed, CallFinished]


async def test_what_people_see_of_a_result_is_in_the_event_and_what_may_be_cited_in_the_conversation() -> None:
    conversation = talk(call())
    done = (await play(BOX, conversation))[-1]
    assert (done.metadata, done.view, done.artefacts[0].id) == ("cogview_result", {"kind": "image"}, "f1")
    assert [source.number for source in conversation.sources()] == [4]
    last = conversation.messages[-1]
    assert isinstance(last, ToolResult)
    assert last.metadata == "cogview_result"


async def test_a_call_that_waits_is_neither_started_nor_answered() -> None:
    conversation = talk(call())
    assert waiting_calls(CAREFUL, conversation) == (
        WaitingCall(call_id="c1", name="paint", arguments="{}", waits_for="approval"),
    )
    assert await play(CAREFUL, conversation) == []
    assert len(conversation.open_calls()) == 1


@pytest.mark.parametrize(
    ("decided", "outcome", "output"),
    [
        (Decided(decision="approved"), "done", "done"),
        (Decided(decision="denied"), "denied", DENIED),
        (Decided(decision="answered", text="mine"), "done", "mine"),
        (Decided(decision="answered", text="it broke", failed=True), "error", "it broke"),
    ],
)
async def test_a_decision_is_carried_out(decided: Decided, outcome: str, output: str) -> None:
    conversation = talk(call(), decided={"c1": decided})
    events = await play(CAREFUL, conversation)
    assert events[0] == CallStarted(turn=1, call_id="c1", name="paint", arguments="{}", decision=decided.decision)
    assert (events[-1].outcome, events[-1].output) == (outcome, output)
    assert waiting_calls(CAREFUL, conversation) == ()


async def test_calls_of_one_turn_run_at_the_same_time() -> None:
    together = asyncio.Barrier(5)

    class Waiter(Painter):
        async def run(self, arguments: dict[str, Any], context: CallContext) -> Observation:
            await together.wait()
            return Observation(text="met the others")

    events = await play(Toolbox(tools={"paint": Waiter()}), talk(*(call(f"c{n}") for n in range(5))))
    assert [event.output for event in events if isinstance(event, CallFinished)] == ["met the others"] * 5


async def test_the_same_failing_call_ends_the_run_at_the_fifth_time() -> None:
    conversation = Conversation([UserMessage(text="go")])
    outputs = []
    for number in range(4):
        conversation.append(AssistantMessage(text="", calls=(call(f"c{number}", '{"fail": 1}'),)))
        outputs.append((await play(BOX, conversation))[-1].output)
    assert ["failed 3 times" in outputs[2], "failed 4 times" in outputs[3]] == [True, True]
    conversation.append(AssistantMessage(text="", calls=(call("c5", '{"fail": 1}'),)))
    with pytest.raises(RepeatedFailure):
        await play(BOX, conversation)


class Stumbler(Painter):
    """Runs, shows what came of it, and has failed."""

    async def run(self, arguments: dict[str, Any], context: CallContext) -> Observation:
        return Observation(text="Traceback", view={"kind": "python", "text": "a\x00\ud800"}, failed=True)


async def test_a_call_that_ran_and_failed_shows_what_it_has_and_counts_as_a_failure() -> None:
    box = Toolbox(tools={"paint": Stumbler()})
    conversation = talk(call("c1"))
    done = (await play(box, conversation))[-1]
    assert (done.outcome, done.output) == ("error", "Traceback")
    assert done.view == {"kind": "python", "text": "a\ufffd?"}
    for number in range(2, 5):
        conversation.append(AssistantMessage(text="", calls=(call(f"c{number}"),)))
        await play(box, conversation)
    conversation.append(AssistantMessage(text="", calls=(call("c5"),)))
    with pytest.raises(RepeatedFailure):
        await play(box, conversation)


async def test_unreadable_arguments_are_asked_for_once_more_then_given_up_then_end_the_run() -> None:
    conversation = Conversation([UserMessage(text="go")])
    broken = ['{"a": ', "{'a'", "[1]", '{"b": 1} {"c": 2}']
    outputs = []
    for number, arguments in enumerate(broken):
        conversation.append(AssistantMessage(text="", calls=(call(f"c{number}", arguments),)))
        outputs.append((await play(BOX, conversation))[-1].output)
    assert "Make the call again" in outputs[0]
    assert all(output.startswith(GIVEN_UP) for output in outputs[1:])
    assert "failed 3 times" in outputs[2]
    conversation.append(AssistantMessage(text="", calls=(call("c9", "{"),)))
    with pytest.raises(RepeatedFailure):
        await play(BOX, conversation)


async def test_a_call_made_well_after_a_broken_one_is_run() -> None:
    conversation = talk(call("c0", '{"a": '))
    await play(BOX, conversation)
    conversation.append(AssistantMessage(text="", calls=(call("c1", "{}"), call("c2", '{"fail": 1}'))))
    ended = {event.call_id: event.output for event in await play(BOX, conversation) if isinstance(event, CallFinished)}
    assert ended == {"c1": "done", "c2": "No paint."}


async def test_an_overlong_result_is_shortened_in_the_middle_and_says_so() -> None:
    class Long(Painter):
        async def run(self, arguments: dict[str, Any], context: CallContext) -> Observation:
            return Observation(text="a" * 80_000 + "b" * 80_000)

    done = (await play(Toolbox(tools={"paint": Long()}), talk(call())))[-1]
    assert len(done.output) < 100_100
    assert "60,000 characters left out" in done.output
    assert done.output.startswith("aaa")
    assert done.output.endswith("bbb")
