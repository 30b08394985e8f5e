"""One streamed reply, from a real HTTP server that behaves and misbehaves as model servers do."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web

from inference.chat import ChatModel, Endpoint
from inference.errors import BadReply, ContextLengthExceeded, InferenceError, ModelRefused, ModelUnavailable
from inference.loop import Part, ReasoningPart, Reply, Restarted, TextPart
from inference.messages import AssistantMessage, SystemMessage, ToolCall, ToolResult, Usage, UserMessage
from inference.patience import Patience, PatientModel
from inference.scripted import reply_text, serve

Make = Callable[..., ChatModel]


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
async def scripted(session: aiohttp.ClientSession) -> AsyncIterator[Make]:
    runner, port = await serve("127.0.0.1", 0)

    def model(**limits: float) -> ChatModel:
        return ChatModel(session, Endpoint(url=f"http://127.0.0.1:{port}/v1", model="scripted", **limits))

    yield model
    await runner.cleanup()


@pytest.fixture
async def raw(session: aiohttp.ClientSession) -> AsyncIterator[Callable[..., Any]]:
    """A server that sends just these bytes."""
    runners: list[web.AppRunner] = []
    seen: list[dict[str, Any]] = []

    async def model(*chunks: bytes, status: int = 200) -> ChatModel:
        async def answer(request: web.Request) -> web.StreamResponse:
            seen.append(await request.json())
            response = web.StreamResponse(status=status)
            await response.prepare(request)
            for chunk in chunks:
                await response.write(chunk)
            await response.write_eof()
            return response

        app = web.Application()
        app.router.add_post("/v1/chat/completions", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        runners.append(runner)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        return ChatModel(session, Endpoint(url=f"http://127.0.0.1:{port}/v1", model="raw", key="k"))

    model.seen = seen  # type: ignore[attr-defined]
    yield model
    for runner in runners:
        await runner.cleanup()


def data(delta: dict[str, Any], finish: str | None = None) -> bytes:
    return b"data: " + orjson.dumps({"choices": [{"delta": delta, "finish_reason": finish}]}) + b"\n\n"


def call(**fields: Any) -> bytes:
    return data({"tool_calls": [fields]})


END = data({}, "stop") + b"data: [DONE]\n\n"


async def hear(model: Any, text: str = "hi") -> list[Part]:
    return [part async for part in model.stream([UserMessage(text=text)], [])]


def text_of(parts: list[Part]) -> str:
    return "".join(part.text for part in parts if isinstance(part, TextPart))


async def test_text_reasoning_and_usage_arrive(scripted: Make) -> None:
    parts = await hear(scripted(), "[[think why]] [[say because 因为]]")
    assert [part.text for part in parts if isinstance(part, ReasoningPart)] == ["why"]
    assert text_of(parts) == "because 因为"
    assert parts[-1] == Reply(calls=(), finish_reason="stop", usage=Usage(prompt_tokens=10, completion_tokens=3))


@pytest.mark.parametrize("fault", ["half", "drop", "500", "429"])
async def test_a_passing_fault_is_worth_another_try(scripted: Make, fault: str) -> None:
    with pytest.raises(ModelUnavailable):
        await hear(scripted(), f"[[words 9]] [[fault {fault} 9]]")


async def test_garbage_is_a_bad_reply(scripted: Make) -> None:
    with pytest.raises(BadReply):
        await hear(scripted(), "[[words 9]] [[fault garbage 9]]")


async def test_silence_ends_the_wait(scripted: Make) -> None:
    with pytest.raises(ModelUnavailable, match="silent"):
        await hear(scripted(silence=0.1), "[[fault hang 9]]")


async def test_nobody_there_is_unavailable(session: aiohttp.ClientSession) -> None:
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        await hear(ChatModel(session, Endpoint(url="http://127.0.0.1:9/v1", model="x")))


async def test_patience_asks_again_and_voids_what_had_come(scripted: Make) -> None:
    message = "[[words 9]] [[fault half 2]]"
    parts = await hear(PatientModel(scripted(), Patience(delays=(0, 0))), message)
    assert sum(isinstance(part, Restarted) for part in parts) == 2
    last = max(index for index, part in enumerate(parts) if isinstance(part, Restarted))
    assert text_of(parts[last:]) == reply_text(message, 9)


async def test_patience_ends(scripted: Make) -> None:
    with pytest.raises(ModelUnavailable):
        await hear(PatientModel(scripted(), Patience(delays=(0,))), "[[fault 500 9]]")


@pytest.mark.parametrize(
    ("status", "body", "wanted"),
    [
        (400, b"maximum context length is 8192 tokens", ContextLengthExceeded),
        (400, b"bad field", ModelRefused),
        (401, b"", ModelRefused),
        (404, b"", ModelRefused),
        (503, b"", ModelUnavailable),
    ],
)
async def test_a_status_says_what_is_wrong_without_the_servers_words(
    raw: Any, status: int, body: bytes, wanted: type[InferenceError]
) -> None:
    with pytest.raises(wanted) as caught:
        await hear(await raw(body, status=status))
    assert not body or body.decode() not in caught.value.message


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        ({"message": "token_id(s) [64795] in stop_token_ids contain out-of-vocab token ids", "code": 400}, "dialect"),
        ({"message": "maximum context length is 8192", "code": 400}, "longer than the model can read"),
        ({"message": "bad field", "code": 400}, "refused the request"),
        ({"message": "the engine died", "code": 500}, "in the middle"),
        ("the engine died", "in the middle"),
    ],
)
async def test_an_error_within_the_stream_means_what_its_code_says(raw: Any, error: Any, wanted: str) -> None:
    sent = data({"content": "a"}) + b"data: " + orjson.dumps({"error": error}) + b"\n\n"
    with pytest.raises(InferenceError, match=wanted) as caught:
        await hear(await raw(sent))
    assert caught.value.permanent == ("middle" not in wanted)


@pytest.mark.parametrize("cut", range(1, 60, 7))
async def test_events_may_be_cut_anywhere(raw: Any, cut: int) -> None:
    whole = data({"content": "你好, "}) + data({"content": "world"}) + END
    parts = await hear(await raw(whole[:cut], whole[cut:]))
    assert text_of(parts) == "你好, world"


async def test_a_missing_done_is_forgiven_and_a_missing_end_is_not(raw: Any) -> None:
    assert text_of(await hear(await raw(data({"content": "a"}), data({}, "stop")))) == "a"
    with pytest.raises(ModelUnavailable):
        await hear(await raw(data({"content": "a"})))


CALLS = {
    "in pieces": [
        call(index=0, id="a", function={"name": "add", "arguments": ""}),
        call(index=0, function={"arguments": '{"x":'}),
        call(index=0, function={"arguments": "1}"}),
    ],
    "index -1, as bigmodel sends it": [call(index=-1, id="a", function={"name": "add", "arguments": '{"x":1}'})],
    "no index": [
        call(id="a", function={"name": "add", "arguments": '{"x":'}),
        call(function={"arguments": "1}"}),
    ],
    "a changing id": [
        call(index=0, id="a", function={"name": "add", "arguments": '{"x":'}),
        call(index=0, id="b", function={"arguments": "1}"}),
    ],
    "the name twice": [
        call(index=0, id="a", function={"name": "add", "arguments": ""}),
        call(index=0, id="a", function={"name": "add", "arguments": '{"x":1}'}),
    ],
    "the name in pieces": [
        call(index=0, id="a", function={"name": "a"}),
        call(index=0, function={"name": "dd", "arguments": '{"x":1}'}),
    ],
    "arguments as an object": [call(index=0, id="a", function={"name": "add", "arguments": {"x": 1}})],
}


@pytest.mark.parametrize("sent", CALLS.values(), ids=CALLS.keys())
async def test_a_call_is_understood_however_it_is_sent(raw: Any, sent: list[bytes]) -> None:
    parts = await hear(await raw(*sent, data({}, "tool_calls"), b"data: [DONE]\n\n"))
    [asked] = parts[-1].calls  # type: ignore[union-attr]
    assert (asked.name, orjson.loads(asked.arguments)) == ("add", {"x": 1})


async def test_two_calls_keep_apart_and_missing_arguments_are_none(raw: Any) -> None:
    sent = call(index=0, id="a", function={"name": "one"}) + call(index=1, id="a", function={"name": "two"})
    [reply] = [part for part in await hear(await raw(sent, END)) if isinstance(part, Reply)]
    assert [(asked.name, asked.arguments) for asked in reply.calls] == [("one", "{}"), ("two", "{}")]
    assert len({asked.id for asked in reply.calls}) == 2
    assert reply.finish_reason == "tool_calls"


async def test_calls_announced_and_not_sent_are_an_answer(raw: Any) -> None:
    parts = await hear(await raw(data({"content": "hm"}), data({}, "tool_calls"), b"data: [DONE]\n\n"))
    assert parts[-1].finish_reason == "stop"  # type: ignore[union-attr]


async def test_what_cannot_be_stored_is_replaced(raw: Any) -> None:
    sent = b'data: {"choices":[{"delta":{"content":"a\\u0000b"},"finish_reason":"stop"}]}\n\n'
    assert text_of(await hear(await raw(sent))) == "a\ufffdb"


async def test_the_request_holds_the_whole_conversation(raw: Any) -> None:
    model = await raw(data({"content": "ok"}, "stop"))
    asked = ToolCall(id="c", name="add", arguments="{}")
    messages = [
        SystemMessage(text="be brief"),
        UserMessage(text="hi"),
        AssistantMessage(text="", calls=(asked,)),
        ToolResult(call_id="c", name="add", output="3"),
    ]
    [_ async for _ in model.stream(messages, [])]
    assert [message["role"] for message in raw.seen[0]["messages"]] == ["system", "user", "assistant", "tool"]
    assert raw.seen[0]["messages"][2]["tool_calls"][0]["function"]["name"] == "add"
    assert "tools" not in raw.seen[0]
