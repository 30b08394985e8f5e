"""Runs from the outside: send, edit, regenerate, stop; on a real database, wire and model server."""

import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import orjson
import pytest
from django.db import connection

from glms.runs.models import Run, RunEvent
from glms.runs.selectors import rebuilt_state, stored_state
from inference.scripted import reply_text
from tests.factories import make_person, sign_in
from tests.support.talk import Talk, Worker

Begin = Callable[..., Talk]


def kinds(run: dict[str, Any]) -> list[str]:
    return list(RunEvent.objects.filter(run_id=run["id"]).order_by("seq").values_list("type", flat=True))


def test_an_answer_is_what_the_model_said(talk: Begin) -> None:
    message = "[[words 40]]"
    run = talk().say(message)
    assert (run["status"], run["attempt"], run["error"]) == ("finished", 1, None)
    assert run["items"][0]["text"] == reply_text(message, 40)
    assert run["usage"] == {"prompt_tokens": 10, "completion_tokens": 40}


def test_numbers_are_dense_and_the_last_event_is_the_only_terminal_one(talk: Begin) -> None:
    run = talk().say("[[words 40]] [[pace 3]]")
    seqs = list(RunEvent.objects.filter(run_id=run["id"]).order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, run["last_seq"] + 1))
    assert [kind for kind in kinds(run) if kind.startswith("run_")] == ["run_started", "run_finished"]


def test_a_call_its_result_and_the_next_turn_are_in_the_trace(talk: Begin) -> None:
    bob = talk(tools=[{"name": "calculator"}])
    run = bob.say('[[call calculator {"expression": "17*3"}]] [[then]] [[say It is 51.]]')
    assert [item["kind"] for item in run["items"]] == ["turn", "call", "turn"]
    assert (run["items"][1]["outcome"], run["items"][1]["output"]) == ("done", "51")
    assert bob.texts()[-1] == "It is 51."


def test_a_failed_call_is_shown_and_the_agent_goes_on(talk: Begin) -> None:
    bob = talk(tools=[{"name": "calculator"}])
    run = bob.say('[[call calculator {"expression": "1/0"}]] [[then]] [[say Sorry.]]')
    assert (run["items"][1]["outcome"], run["status"]) == ("error", "finished")
    assert "divides by zero" in run["items"][1]["output"]


def test_the_agent_remembers_what_was_said_and_done(talk: Begin) -> None:
    bob = talk(
        tools=[{"name": "calculator"}],
        instructions="Be kind to {{name}}.",
        variables=[{"key": "name", "default": "Ann"}],
    )
    bob.say('[[call calculator {"expression": "1+1"}]] [[then]] [[say Two.]]')
    run = bob.say("[[say Yes.]]")
    assert run["status"] == "finished"
    assert len(bob.messages()) == 4


def test_what_is_stored_is_what_the_events_rebuild(talk: Begin) -> None:
    bob = talk(tools=[{"name": "calculator"}])
    run = bob.say('[[think hm]] [[call calculator {"expression": "2*2"}]] [[then]] [[words 30]] [[fault half 1]]')
    row = Run.objects.get(pk=run["id"])
    stored = stored_state(row, list(row.items.order_by("position").values_list("data", flat=True)))
    assert orjson.loads(orjson.dumps(asdict(rebuilt_state(row.pk)))) == orjson.loads(orjson.dumps(stored))


def test_an_edit_makes_a_branch_and_both_can_be_visited(talk: Begin) -> None:
    bob = talk()
    bob.say("[[say one]]")
    first = bob.messages()
    bob.say("[[say two]]", parent_id=None)
    second = bob.messages()
    assert [message["text"] for message in second] == ["[[say two]]", "two"]
    assert second[0]["sibling_ids"] == [first[0]["id"], second[0]["id"]]
    shown = bob.client.patch(bob.path, {"head_message_id": first[0]["id"]}).json()
    assert shown["head_message_id"] == first[1]["id"]
    assert bob.texts() == ["[[say one]]", "one"]


def test_regenerating_makes_another_reply_to_the_same_question(talk: Begin) -> None:
    bob = talk()
    bob.say("[[say once]]")
    reply = bob.messages()[1]
    bob.again(reply["id"])
    question, other = bob.messages()
    assert question["id"] == reply["parent_id"]
    assert other["sibling_ids"] == [reply["id"], other["id"]]


def test_one_conversation_has_one_run_at_a_time(talk: Begin) -> None:
    bob = talk()
    first = bob.start(text="[[say one]]")
    second = bob.start(text="[[say two]]")
    assert (second.status_code, second.json()["error"]["code"]) == (409, "run_in_progress")
    bob.finish(first)
    assert len(bob.messages()) == 2


def test_a_run_that_nobody_executes_yet_stops_at_once(talk: Begin) -> None:
    bob = talk()
    run = bob.start(text="hello").json()["run"]
    for _ in range(2):
        stopped = bob.client.post(f"/api/v1/runs/{run['id']}/cancel").json()
        assert stopped["status"] == "cancelled"
    assert kinds(run) == ["run_cancelled"]
    assert bob.say("[[say on]]")["status"] == "finished"


def test_stop_keeps_the_partial_answer(talk: Begin) -> None:
    bob = talk()
    run = bob.start(text="[[words 500]] [[pace 10]]").json()["run"]
    thread = threading.Thread(target=bob.worker.execute, args=[run["id"]])
    thread.start()
    while RunEvent.objects.filter(run_id=run["id"]).count() < 10:
        time.sleep(0.02)
    began = time.monotonic()
    bob.client.post(f"/api/v1/runs/{run['id']}/cancel")
    thread.join()
    assert time.monotonic() - began < 1
    told = bob.client.get(f"/api/v1/runs/{run['id']}").json()
    partial = told["items"][0]["text"]
    assert told["status"] == "cancelled"
    assert told["items"][0]["finish_reason"] == "cancelled"
    assert partial
    assert reply_text("[[words 500]] [[pace 10]]", 500).startswith(partial)
    assert bob.texts()[-1] == partial
    connection.close()


@pytest.mark.parametrize("fault", ["500", "half", "garbage", "drop"])
def test_a_model_that_stumbles_once_is_asked_again(talk: Begin, fault: str) -> None:
    message = f"[[words 20]] [[fault {fault} 1]] "
    run = talk().say(message)
    assert run["status"] == "finished"
    assert run["items"][0]["text"] == reply_text(message.strip(), 20)


def test_a_refusing_model_fails_the_run_and_the_conversation_goes_on(talk: Begin) -> None:
    bob = talk()
    run = bob.say("[[fault 401 9]]")
    assert (run["status"], run["error"]["code"]) == ("failed", "model_error")
    assert bob.say("[[say on]]")["status"] == "finished"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_request"),
        ({"text": ""}, "invalid_request"),
        ({"text": "  \n "}, "invalid_request"),
        ({"text": 7}, "invalid_request"),
        ({"text": "a\x00b"}, "invalid_request"),
        ({"text": "x" * 200_001}, "invalid_request"),
        ({"text": "a", "regenerate": "01a208e0-ac5c-73cb-82a2-3e2b187adbed"}, "invalid_request"),
        ({"text": "a", "role": "system"}, "invalid_request"),
        ({"text": "a", "parent_id": "01a208e0-ac5c-73cb-82a2-3e2b187adbed"}, "not_found"),
        ({"regenerate": "01a208e0-ac5c-73cb-82a2-3e2b187adbed"}, "not_found"),
    ],
)
def test_a_bad_message_is_refused_and_nothing_is_kept(talk: Begin, body: dict[str, Any], code: str) -> None:
    bob = talk()
    answer = bob.start(**body)
    assert answer.json()["error"]["code"] == code
    assert bob.messages() == []


def test_a_message_of_another_conversation_is_not_found(talk: Begin) -> None:
    bob, eve = talk(), talk()
    eve.say("[[say hidden]]")
    theirs = eve.messages()[1]["id"]
    assert bob.start(text="a", parent_id=theirs).status_code == 404
    assert bob.start(regenerate=theirs).status_code == 404
    assert bob.client.patch(bob.path, {"head_message_id": theirs}).status_code == 404


def test_somebody_elses_run_is_not_found(talk: Begin) -> None:
    run = talk().say("[[say secret]]")
    stranger = sign_in(make_person())
    for answer in (
        stranger.get(f"/api/v1/runs/{run['id']}"),
        stranger.get(f"/api/v1/runs/{run['id']}/events"),
        stranger.post(f"/api/v1/runs/{run['id']}/cancel"),
    ):
        assert answer.status_code == 404


def test_each_run_records_the_version_it_used(talk: Begin) -> None:
    bob = talk()
    tried = bob.say("[[say a]]")
    bob.client.post(f"/api/v1/agents/{bob.agent['id']}/publish", {})
    published = bob.say("[[say b]]")
    assert (tried["agent_version"]["number"], published["agent_version"]["number"]) == (None, 1)


def test_a_required_variable_must_be_given(talk: Begin) -> None:
    bob = talk(variables=[{"key": "city", "label": "City", "required": True}])
    answer = bob.start(text="hi")
    assert (answer.status_code, answer.json()["error"]["param"]) == (422, "variables.city")
    bob.client.patch(bob.path, {"variables": {"city": "北京"}})
    assert bob.say("[[say ok]]")["status"] == "finished"


def test_a_title_is_wanted_after_the_first_answer_only(talk: Begin, worker: Worker) -> None:
    bob = talk()
    bob.say("[[say one]]")
    bob.say("[[say two]]")
    assert [str(title) for title in worker.titles] == [bob.id]


def test_search_finds_chinese_words_in_messages(talk: Begin) -> None:
    bob = talk()
    bob.say("今天北京的天气怎么样？ [[say 晴朗，二十五度。]]")
    found = bob.client.get("/api/v1/conversations", q="天气").json()["items"]
    assert [row["id"] for row in found] == [bob.id]
    assert "天气" in found[0]["snippet"]
    assert bob.client.get("/api/v1/conversations", q="二十五度").json()["items"]
    for wild in ("%", "_%", "'", "\\"):
        assert bob.client.get("/api/v1/conversations", q=wild + "nothing").json()["items"] == []


def test_an_export_holds_the_branch(talk: Begin) -> None:
    bob = talk(tools=[{"name": "calculator"}])
    bob.say('[[call calculator {"expression": "6*7"}]] [[then]] [[say 四十二]]')
    markdown = bob.client.get(f"{bob.path}/export", format="markdown").content.decode()
    told = bob.client.get(f"{bob.path}/export", format="json").json()
    assert "四十二" in markdown
    assert "`calculator(" in markdown
    assert [message["role"] for message in told["messages"]] == ["user", "assistant"]
    assert told["messages"][1]["items"][1]["output"] == "42"


def test_long_branches_come_in_pages(talk: Begin) -> None:
    bob = talk()
    for number in range(5):
        bob.say(f"[[say {number}]]")
    first = bob.client.get(f"{bob.path}/messages", limit=4).json()
    second = bob.client.get(f"{bob.path}/messages", limit=4, cursor=first["next_cursor"]).json()
    third = bob.client.get(f"{bob.path}/messages", limit=4, cursor=second["next_cursor"]).json()
    texts = [message["text"] for page in (third, second, first) for message in page["items"]]
    assert texts[1::2] == ["0", "1", "2", "3", "4"]
    assert third["next_cursor"] is None


def test_a_deleted_agent_answers_no_more_and_its_conversation_stays(talk: Begin) -> None:
    bob = talk()
    bob.say("[[say hi]]")
    bob.client.delete(f"/api/v1/agents/{bob.agent['id']}")
    assert bob.start(text="still there?").status_code == 404
    assert bob.texts() == ["[[say hi]]", "hi"]
