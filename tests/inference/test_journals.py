"""Journals of real runs (`tests/journals`) and the one in the documentation replay to what was stored."""

import json
import re
from dataclasses import asdict, fields
from pathlib import Path
from typing import get_args

import orjson
import pytest

from inference.events import EVENT_TYPES, CompactedWhat, WaitingFor, WithdrawnBecause, decode, encode
from inference.messages import CallOutcome, Decision, FinishReason
from inference.replay import rebuild
from tests.support.order import order_problems

TESTS = Path(__file__).parents[1]
JOURNALS = sorted((TESTS / "journals").glob("*.json"))
DOCUMENT = (TESTS.parent / "docs" / "events.md").read_text()


def test_there_are_journals() -> None:
    assert len(JOURNALS) >= 5


@pytest.mark.parametrize("path", JOURNALS, ids=lambda path: path.stem)
def test_a_recorded_journal_replays_to_the_stored_run(path: Path) -> None:
    journal = json.loads(path.read_text())
    events = [decode(event) for event in journal["events"]]

    assert json.loads(json.dumps(asdict(rebuild(events)))) == journal["state"]
    assert order_problems(events) == []
    assert [orjson.loads(encode(event)) for event in events] == journal["events"]


def test_every_event_is_documented_with_its_fields() -> None:
    sections: dict[str, str] = {}
    for section in re.split(r"^##+ ", DOCUMENT, flags=re.MULTILINE):
        heading, _, text = section.partition("\n")
        sections |= dict.fromkeys(re.findall(r"`(\w+)`", heading), text)

    assert set(sections) == set(EVENT_TYPES)
    for name, cls in EVENT_TYPES.items():
        undocumented = {field.name for field in fields(cls) if f"`{field.name}`" not in sections[name]} - {"type"}
        assert undocumented == set(), name


@pytest.mark.parametrize("values", [WithdrawnBecause, FinishReason, CallOutcome, WaitingFor, Decision, CompactedWhat])
def test_every_value_is_documented(values: object) -> None:
    for value in get_args(values):
        assert f"`{value}`" in DOCUMENT


def test_the_documented_example_is_a_journal() -> None:
    lines = re.findall(r"^\{.*\}$", DOCUMENT, re.MULTILINE)
    events = [decode(line) for line in lines]
    state = rebuild(events)

    assert order_problems(events) == []
    assert (state.status, state.attempt, state.last_seq) == ("finished", 2, len(lines))
