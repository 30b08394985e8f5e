"""The scripted server's words in the chat completions protocol: as a server whose parser works would send them."""

from typing import Any

from inference.scripted_replies import Reply, words_of


def chat_chunks(reply: Reply, *, with_usage: bool) -> list[dict[str, Any]]:
    """The chunks of a streamed reply."""
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"reasoning_content": token} for token in reply.thinking]
    deltas += [{"content": token} for token in [*reply.tokens, *words_of(reply.raw)]]
    for index, (name, arguments) in enumerate(reply.calls):
        deltas += _call_deltas(index, name, arguments)
    told = [_chunk(delta, None) for delta in deltas]
    told.append(_chunk({}, "tool_calls" if reply.calls else "stop"))
    if with_usage:
        told.append({**_chunk({}, None), "choices": [], "usage": reply.usage()})
    return told


def chat_whole(reply: Reply) -> dict[str, Any]:
    """The answer to a request without a stream."""
    message: dict[str, Any] = {"role": "assistant", "content": "".join(reply.tokens) + reply.raw}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {"id": "scripted", "object": "chat.completion", "choices": [choice], "usage": reply.usage()}


def _call_deltas(index: int, name: str, arguments: str) -> list[dict[str, Any]]:
    function = {"name": name, "arguments": ""}
    begin = {"index": index, "id": f"scripted-{index}", "type": "function", "function": function}
    half = len(arguments) // 2
    rest = [{"index": index, "function": {"arguments": part}} for part in (arguments[:half], arguments[half:]) if part]
    return [{"tool_calls": [part]} for part in (begin, *rest)]


def _chunk(delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "scripted", "object": "chat.completion.chunk", "model": "scripted", "choices": [choice]}
