"""A model server that dies, stumbles, babbles or falls silent."""

import time
from collections.abc import Callable

import pytest

from inference.scripted import reply_text
from tests.chaos.conftest import SILENCE, Keep
from tests.support.client import Person, text_of
from tests.support.instance import Instance
from tests.support.invariants import agree
from tests.support.scripted import ScriptedProcess

pytestmark = pytest.mark.timeout(240)


@pytest.mark.parametrize("fault", ["500", "502", "429", "half", "drop", "garbage", "stall", "hang"])
def test_a_stumbling_model_is_asked_again(
    instance: Instance, ann: Person, model: ScriptedProcess, fault: str, keep_journal: Keep
) -> None:
    message = f"[[words 40]][[pace 2]][[fault {fault} 1]]"
    conversation = ann.conversation()
    run_id = ann.run(message, conversation_id=conversation)
    reader, other = ann.follow(run_id).wait(), ann.follow_by_socket(run_id).wait()

    assert ann.ended(run_id)["status"] == "finished"
    assert text_of(ann.state(run_id)) == reply_text(message, 40)
    assert model.asked(message) == 2
    begun = fault in {"half", "drop", "garbage", "stall"}
    assert reader.types().count("turn_withdrawn") == begun, "what had come of the half answer is taken back"
    agree(reader, other)
    if fault == "drop":
        keep_journal("model_retry", run_id)


@pytest.mark.parametrize("fault", ["400", "401", "404"])
def test_a_model_that_refuses_is_not_asked_again_and_the_conversation_goes_on(
    instance: Instance, ann: Person, model: ScriptedProcess, fault: str
) -> None:
    conversation = ann.conversation()
    began = time.monotonic()
    failed = ann.ended(ann.run(f"[[fault {fault} 99]]", conversation_id=conversation))

    assert (failed["status"], failed["error"]["code"]) == ("failed", "model_error")
    assert "scripted fault" not in failed["error"]["message"], "the server's own words are not passed on"
    assert time.monotonic() - began < 3
    assert model.asked(f"[[fault {fault} 99]]") == 1
    assert ann.ended(ann.run("[[say well]]", conversation_id=conversation))["status"] == "finished"


def test_a_model_that_fails_every_time_is_given_up_and_the_conversation_goes_on(
    instance: Instance, ann: Person, keep_journal: Keep, tell: Callable[[str], None]
) -> None:
    faults = ("503", "half", "hang")
    began = time.monotonic()
    conversations = [ann.conversation() for _ in faults]
    messages = [f"[[words 40]][[pace 2]][[fault {fault} 99]]" for fault in faults]
    runs = [ann.run(message, conversation_id=one) for message, one in zip(messages, conversations, strict=True)]
    readers = [ann.follow(run_id) for run_id in runs]
    overloaded, broken, silent = (ann.ended(run_id, seconds=120) for run_id in runs)
    tell(f"given up after {time.monotonic() - began:.0f} s with a silence of {SILENCE:g} s")

    assert {run["error"]["code"] for run in (overloaded, broken, silent)} == {"model_unavailable"}
    assert overloaded["items"][-1]["text"] == ""
    assert reply_text(messages[1], 40).startswith(text_of(broken))
    assert text_of(broken), "the partial answer stays"
    assert broken["items"][-1]["finish_reason"] == "interrupted"
    assert f"{SILENCE:g} s" in silent["error"]["message"]
    assert time.monotonic() - began < 6 * SILENCE + 25
    for conversation in conversations:
        assert ann.ended(ann.run("[[say well]]", conversation_id=conversation))["status"] == "finished"
    agree(*readers)
    keep_journal("model_unavailable", runs[1])


def test_a_model_server_that_is_killed_in_mid_answer_and_comes_back_is_asked_again(
    instance: Instance, ann: Person, model: ScriptedProcess
) -> None:
    message = "[[words 100]][[pace 20]]"
    run_id = ann.run(message)
    reader = ann.follow(run_id).until("text_added", count=5)
    model.stop()
    waiting = ann.run("[[say later]]")
    time.sleep(3)
    model.start()

    assert text_of(ann.ended(run_id)) == reply_text(message, 100)
    assert text_of(ann.ended(waiting)) == "later"
    assert reader.wait().types().count("turn_withdrawn") == 1
    agree(reader)


def test_what_no_database_can_hold_does_not_stop_the_others(instance: Instance, ann: Person) -> None:
    other = ann.run("[[words 100]][[pace 20]]")
    ended = ann.ended(ann.run("[[call foul {}]][[then]][[say done]]", tools=("foul",)))

    assert ended["status"] == "finished"
    assert text_of(ended) == "done"
    assert ann.ended(other)["status"] == "finished"
