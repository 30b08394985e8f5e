"""A run is its events: encoded, decoded and folded, whatever their order of arrival in time."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from inference.events import (
    CallFinished,
    CallStarted,
    Event,
    Recorded,
    RunFailed,
    RunFinished,
    RunStarted,
    TextAdded,
    TurnFinished,
    TurnStarted,
    TurnWithdrawn,
    decode,
    encode,
)
from inference.messages import ToolCall, Usage
from inference.replay import rebuild

words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@st.composite
def turns(draw: Any, number: int) -> list[Event]:
    """One turn: perhaps tried and withdrawn before, perhaps with a call."""
    said = draw(st.lists(words, max_size=4))
    story: list[Event] = []
    if draw(st.booleans()):
        story += [TurnStarted(turn=number), TextAdded(turn=number, text="void")]
        story.append(TurnWithdrawn(turn=number, reason="worker_lost"))
    calls = (ToolCall(id=f"c{number}", name="add", arguments=draw(words)),) if draw(st.booleans()) else ()
    story += [TurnStarted(turn=number), *(TextAdded(turn=number, text=text) for text in said)]
    story.append(
        TurnFinished(
            turn=number,
            text="".join(said),
            reasoning="",
            calls=calls,
            finish_reason="tool_calls" if calls else "stop",
            usage=draw(st.none() | st.just(Usage(prompt_tokens=1, completion_tokens=2))),
            first_token_ms=draw(st.none() | st.integers(0, 9)),
        )
    )
    for call in calls:
        story.append(CallStarted(turn=number, call_id=call.id, name=call.name, arguments=call.arguments))
        story.append(CallFinished(call_id=call.id, outcome="done", output=draw(words)))
    return story


@st.composite
def journals(draw: Any) -> list[Recorded]:
    story: list[Event] = [RunStarted(attempt=1, model="m")]
    for number in range(1, draw(st.integers(1, 4)) + 1):
        story += draw(turns(number))
    end = draw(st.sampled_from([RunFinished(usage=Usage()), RunFailed(code="x", message="y", usage=Usage())]))
    return [Recorded(seq=seq, at_ms=seq * 10, event=event) for seq, event in enumerate([*story, end], start=1)]


@given(journals())
def test_an_event_survives_the_wire(journal: list[Recorded]) -> None:
    assert [decode(encode(recorded)) for recorded in journal] == journal


@given(journals(), st.data())
def test_what_was_seen_before_changes_nothing(journal: list[Recorded], data: Any) -> None:
    cut = data.draw(st.integers(0, len(journal)))
    overlap = data.draw(st.integers(0, cut))
    assert rebuild(journal[:cut] + journal[overlap:]) == rebuild(journal)


@given(journals())
def test_the_words_of_a_withdrawn_turn_are_gone(journal: list[Recorded]) -> None:
    state = rebuild(journal)
    assert all("void" not in item.text for item in state.items if item.kind == "turn")
    assert state.status in {"finished", "failed"}


@given(journals())
def test_without_its_deltas_a_finished_run_is_the_same(journal: list[Recorded]) -> None:
    assert rebuild(one for one in journal if not isinstance(one.event, TextAdded)) == rebuild(journal)
