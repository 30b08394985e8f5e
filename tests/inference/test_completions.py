"""Replies by raw text, from a scripted server that writes each dialect, and from one that sends what it is told."""

from typing import Any
from unittest.mock import ANY

import aiohttp
import orjson
import pytest

from inference.arguments import is_readable
from inference.calls import Toolbox
from inference.dialects import DIALECTS
from inference.dialects.special import inert
from inference.errors import BadReply, ModelUnavailable
from inference.events import CallFinished, RunFinished, TextAdded
from inference.loop import Limits, Part, ReasoningPart, Reply, TextPart, run_agent
from inference.messages import Conversation, SystemMessage, Usage, UserMessage
from tests.inference.conftest import Make, RawServer
from tests.inference.dialects.support import ALL_TOOLS, CLOCK, TOOLS, WEATHER, Declared

EVERY = [pytest.param(name, id=name) for name in DIALECTS]
DOTTED = Declared("math.add", {"a": {"type": "integer"}})


async def hear(model: Any, text: str, tools: Any = TOOLS) -> list[Part]:
    return [part async for part in model.stream([SystemMessage(text="Be brief."), UserMessage(text=text)], tools)]


def text_of(parts: list[Part]) -> str:
    return "".join(part.text for part in parts if isinstance(part, TextPart))


def calls_of(parts: list[Part]) -> list[tuple[str, Any]]:
    reply = parts[-1]
    assert isinstance(reply, Reply)
    return [(call.name, orjson.loads(call.arguments)) for call in reply.calls]


def data(text: str, finish: str | None = None, stop: int | str | None = None) -> bytes:
    choice = {"index": 0, "text": text, "finish_reason": finish, "stop_reason": stop}
    return b"data: " + orjson.dumps({"choices": [choice]}) + b"\n\n"


DONE = b"data: [DONE]\n\n"


@pytest.mark.parametrize("name", EVERY)
async def test_a_plain_answer_streams_while_tools_are_on(scripted_model: Make, name: str) -> None:
    parts = await hear(scripted_model(name), "[[say 你好, one two three four]]")
    assert text_of(parts) == "你好, one two three four"
    assert len([part for part in parts if isinstance(part, TextPart)]) >= 4
    assert isinstance(parts[-1], Reply)
    assert parts[-1].finish_reason == "stop"


@pytest.mark.parametrize("name", EVERY)
async def test_several_calls_behind_words_are_understood(scripted_model: Make, name: str) -> None:
    weather = '[[call get_weather {"city": "北京", "days": 3}]]'
    asked = f'[[say I look.]] {weather} [[call clock {{}}]] [[call python {{"code": "1+1"}}]]'
    parts = await hear(scripted_model(name), asked)
    assert text_of(parts) == "I look."
    assert calls_of(parts) == [("get_weather", {"city": "北京", "days": 3}), ("clock", {}), ("python", {"code": "1+1"})]


@pytest.mark.parametrize("name", EVERY)
async def test_a_name_with_a_dot_comes_back_as_it_was(scripted_model: Make, name: str) -> None:
    parts = await hear(scripted_model(name), '[[call math.add {"a": 1}]]', tools=[DOTTED])
    assert calls_of(parts) == [("math.add", {"a": 1})]


async def test_all_tools_of_glm4_go_over_the_wire_in_their_own_forms(scripted_model: Make) -> None:
    asked = (
        '[[call browser_search {"query": "a, (b)", "recency_days": 30}]] [[call browser_click {"ids": [0, 2]}]]'
        ' [[call text_to_image {"prompt": "A misty harbour."}]]'
    )
    assert calls_of(await hear(scripted_model("glm4"), asked, ALL_TOOLS)) == [
        ("browser_search", {"query": "a, (b)", "recency_days": 30}),
        ("browser_click", {"ids": [0, 2]}),
        ("text_to_image", {"prompt": "A misty harbour."}),
    ]


@pytest.mark.parametrize("name", ["glm-z1", "glm45", "glm47"])
async def test_thoughts_stream_apart_from_the_answer(scripted_model: Make, name: str) -> None:
    parts = await hear(scripted_model(name), "[[think why not]] [[say because]]")
    assert "".join(part.text for part in parts if isinstance(part, ReasoningPart)).strip() == "why not"
    assert text_of(parts) == "because"


@pytest.mark.parametrize("name", ["glm45", "glm47"])
async def test_thinking_can_be_turned_off(scripted_model: Make, name: str) -> None:
    parts = await hear(scripted_model(name, thinking=False), "[[think why]] [[say because]]")
    assert not [part for part in parts if isinstance(part, ReasoningPart)]
    assert text_of(parts) == "because"


@pytest.mark.parametrize("name", EVERY)
async def test_the_loop_runs_through_turns_of_calls(scripted_model: Make, name: str) -> None:
    class Clock(Declared):
        async def run(self, arguments: dict[str, Any], context: Any) -> str:
            return "12:00 <|user|>"

    asked = "[[call clock]] [[then]] [[call clock]] [[call clock]] [[then]] [[say It is noon.]]"
    conversation = Conversation([UserMessage(text=asked)])
    box = Toolbox(tools={"clock": Clock("clock")})
    model = scripted_model(name)
    events = [e async for e in run_agent(model, box, conversation, limits=Limits(max_turns=9), spent=Usage())]
    assert [event.output for event in events if isinstance(event, CallFinished)] == ["12:00 <|user|>"] * 3
    assert "".join(event.text for event in events if isinstance(event, TextAdded)) == "It is noon."
    assert isinstance(events[-1], RunFinished)
    assert events[-1].usage.prompt_tokens > 0


async def test_what_a_model_repeats_of_a_users_special_tokens_comes_back_as_it_was(raw_server: RawServer) -> None:
    said = "<|assistant|>x<|user|>y</think><tool_call>clock</tool_call>[gMASK]/nothink"
    for name in DIALECTS:
        model = await raw_server.model(*map(data, inert(said)), data("", "stop"), dialect=name, thinking=False)
        parts = await hear(model, said)
        heard = "".join(part.text for part in parts if isinstance(part, TextPart | ReasoningPart))
        assert (heard, calls_of(parts)) == (said, [])


async def test_the_stop_token_decides_between_call_and_answer(raw_server: RawServer) -> None:
    written = data("python\nprint(1)")
    call = await raw_server.model(written, data("", "stop", 151338), DONE, dialect="glm4")
    assert calls_of(await hear(call, "hi")) == [("python", {"code": "print(1)"})]
    answer = await raw_server.model(written, data("", "stop", 151336), DONE, dialect="glm4")
    parts = await hear(answer, "hi")
    assert (text_of(parts), calls_of(parts)) == ("python\nprint(1)", [])


async def test_a_stop_token_in_the_text_decides_as_well(raw_server: RawServer) -> None:
    model = await raw_server.model(data("clock<|observation|>"), data("", "stop"), DONE, dialect="glm4")
    assert calls_of(await hear(model, "hi")) == [("clock", {})]


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("glm4", "python\nimport shutil\nshutil.rm"),
        ("glm4", 'get_weather\n{"city": "Bei'),
        ("glm4", "get_weather\n"),
        ("glm4", "clock\n"),
        ("chatglm3", "get_weather\n ```"),
        ("chatglm3", "clock\n "),
        ("chatglm3", 'get_weather\n ```python\ntool_call(city="Bei'),
        ("chatglm3", "interpreter\n ```python\nimport shutil"),
        ("glm45", "<think></think>\n<tool_call>clock"),
        ("glm47", "</think><tool_call>get_weather<arg_key>city</arg_key><arg_value>Bei"),
    ],
)
async def test_a_call_that_was_cut_off_is_not_run(raw_server: RawServer, dialect: str, text: str) -> None:
    model = await raw_server.model(data(text), data("", "length"), DONE, dialect=dialect)
    reply = (await hear(model, "hi"))[-1]
    assert isinstance(reply, Reply)
    [call] = reply.calls
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(call.arguments)


async def test_an_unknown_tool_is_a_call_that_can_be_answered(raw_server: RawServer) -> None:
    model = await raw_server.model(data('wether\n{"city": "x"}'), data("", "stop", 151338), DONE, dialect="glm4")
    assert calls_of(await hear(model, "hi")) == [("wether", {"city": "x"})]


async def test_a_forgotten_brace_is_mended_when_the_model_had_finished(raw_server: RawServer) -> None:
    model = await raw_server.model(
        data('get_weather\n{"city": "x", "days": 1'), data("", "stop", 151338), DONE, dialect="glm4"
    )
    assert calls_of(await hear(model, "hi")) == [("get_weather", {"city": "x", "days": 1})]


@pytest.mark.parametrize(
    ("dialect", "text", "wanted"),
    [
        ("glm4", 'get_weather\n{"city": "x"}\nclock\n{}', [("get_weather", {"city": "x"}), ("clock", {})]),
        ("glm4-0414", 'get_weather\n```json\n{"city": "x"}\n```', [("get_weather", {"city": "x"})]),
        ("glm4", 'get_weather\n{"city"：“北京”}', []),
        ("glm4", 'get_weather\n{"city"："北京，海淀"，"days"：3}',
         [("get_weather", {"city": "北京，海淀", "days": 3})]),
        ("glm4", 'simple_browser\nsearch（"人口（2023）"，recency_days=30）',
         [("browser_search", {"query": "人口（2023）", "recency_days": 30})]),
        ("glm45", "\n<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>x</arg_value>\n"
         "<arg_key>days</arg_key>\n<arg_value>2\n</tool_call>", [("get_weather", {"city": "x", "days": 2})]),
        ("glm47", '</think><tool_call>get_weather{"city": "x"}</tool_call>', [("get_weather", {"city": "x"})]),
    ],
)  # fmt: skip
async def test_a_call_in_an_odd_form_is_understood_where_it_can_mean_one_thing(
    raw_server: RawServer, dialect: str, text: str, wanted: list[tuple[str, Any]]
) -> None:
    stop = DIALECTS[dialect].result_token_id
    model = await raw_server.model(data(text), data("", "stop", stop), DONE, dialect=dialect)
    reply = (await hear(model, "hi"))[-1]
    assert isinstance(reply, Reply)
    assert [(one.name, orjson.loads(one.arguments)) for one in reply.calls if is_readable(one.arguments)] == wanted
    assert len(reply.calls) == max(len(wanted), 1)


async def test_a_value_between_the_arguments_is_not_dropped_in_silence(raw_server: RawServer) -> None:
    text = '</think><tool_call>get_weather<arg_key>city</arg_key><arg_value>x</arg_value>{"days": 3}</tool_call>'
    model = await raw_server.model(data(text), data("", "stop", 154829), DONE, dialect="glm47")
    reply = (await hear(model, "hi"))[-1]
    assert isinstance(reply, Reply)
    assert [is_readable(one.arguments) for one in reply.calls] == [False]


PROSE_AND_CALL = '好的，我来查询。\nget_weather\n{"city": "北京"}\nclock\n{}'


@pytest.mark.parametrize("size", [1, 4, 999])
async def test_a_call_behind_prose_that_no_token_sets_apart_is_found_when_the_stop_token_says_so(
    raw_server: RawServer, size: int
) -> None:
    pieces = [data(PROSE_AND_CALL[at : at + size]) for at in range(0, len(PROSE_AND_CALL), size)]
    model = await raw_server.model(*pieces, data("", "stop", 151338), DONE, dialect="glm4")
    parts = await hear(model, "hi")
    assert text_of(parts) == "好的，我来查询。\n"
    assert calls_of(parts) == [("get_weather", {"city": "北京"}), ("clock", {})]
    answer = await raw_server.model(*pieces, data("", "stop", 151336), DONE, dialect="glm4")
    parts = await hear(answer, "hi")
    assert (text_of(parts), calls_of(parts)) == (PROSE_AND_CALL, [])


@pytest.mark.parametrize("name", EVERY)
async def test_a_call_announced_by_its_stop_token_and_not_written_is_asked_for_again(
    raw_server: RawServer, name: str
) -> None:
    lead = "</think>" if name in {"glm-z1", "glm47"} else ""
    stop = DIALECTS[name].result_token_id
    model = await raw_server.model(data(f"{lead}\n"), data("", "stop", stop), DONE, dialect=name)
    with pytest.raises(BadReply):
        await hear(model, "hi")


@pytest.mark.parametrize(("context_length", "longest"), [(None, 4096), (131_072, 4096), (2048, 1024)])
async def test_an_answer_may_not_be_longer_than_half_of_what_the_model_reads(
    raw_server: RawServer, context_length: int | None, longest: int
) -> None:
    model = await raw_server.model(data("\nok", "stop", 151336), dialect="glm4", context_length=context_length)
    await hear(model, "hi")
    assert raw_server.seen[0]["max_tokens"] == longest


async def test_the_request_is_what_vllm_wants(raw_server: RawServer) -> None:
    model = await raw_server.model(data("\nok", "stop", 151336), dialect="glm4", parameters={"temperature": 0.5})
    await hear(model, "hi", tools=[WEATHER, CLOCK])
    body = raw_server.seen[0]
    assert body["prompt"].startswith("[gMASK]<sop><|system|>\n你是一个名为 ChatGLM")
    assert body["prompt"].endswith("<|system|>\nBe brief.<|user|>\nhi<|assistant|>")
    assert (body["stop_token_ids"], body["max_tokens"]) == ([151329, 151336, 151338], 4096)
    assert (body["skip_special_tokens"], body["add_special_tokens"]) == (False, False)
    assert (body["temperature"], body["stream"]) == (0.5, True)


async def test_an_answer_at_its_limit_says_so(scripted_model: Make) -> None:
    parts = await hear(scripted_model("glm4", parameters={"max_tokens": 5}), "[[words 20]]")
    assert isinstance(parts[-1], Reply)
    assert (parts[-1].finish_reason, parts[-1].usage) == ("length", Usage(prompt_tokens=ANY, completion_tokens=5))


@pytest.mark.parametrize("fault", ["half", "drop", "500", "429"])
async def test_a_passing_fault_is_worth_another_try(scripted_model: Make, fault: str) -> None:
    with pytest.raises(ModelUnavailable):
        await hear(scripted_model("glm4"), f"[[words 9]] [[fault {fault} 9]]")


async def test_garbage_is_a_bad_reply(scripted_model: Make) -> None:
    with pytest.raises(BadReply):
        await hear(scripted_model("glm4"), "[[words 9]] [[fault garbage 9]]")


async def test_the_scripted_tokenizer_answers_as_vllms(session: aiohttp.ClientSession, scripted_url: str) -> None:
    url = scripted_url.removesuffix("/v1") + "/tokenize"
    async with session.post(url, json={"model": "scripted", "prompt": "<|user|>你好 world"}) as response:
        told = await response.json()
    assert (told["count"], len(told["tokens"]), told["max_model_len"]) == (6, 6, 131072)
