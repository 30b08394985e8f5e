"""The scripted server's words as raw text: in the dialect that the prompt is written in, as vLLM streams them."""

import re
from itertools import pairwise
from typing import Any

from inference.dialects import DIALECTS
from inference.dialects.alltools import NATIVE, native_section
from inference.dialects.base import Dialect, call_of
from inference.dialects.special import restored
from inference.scripted_replies import Reply
from inference.scripted_tokens import pieces

TURN = re.compile(r"<\|(system|user|assistant|observation)\|>")
UNTOLD_LENGTH = 16
"""Tokens of an answer to a request that says nothing of its length, or null."""
OPENED, CLOSED = "<think>", "</think>"


def dialect_of(prompt: str) -> Dialect:
    """The dialect that a prompt is written in, told by its beginning, its offer of tools and its end."""
    if prompt.startswith("[gMASK]sop"):
        return DIALECTS["chatglm3"]
    if prompt.endswith(f"<|assistant|>\n{OPENED}"):
        return DIALECTS["glm-z1"]
    if prompt.endswith((f"<|assistant|>{OPENED}", f"<|assistant|>{CLOSED}")):
        return DIALECTS["glm47"]
    if "<|system|>\n# Tools" in prompt or prompt.endswith(f"<|assistant|>\n{OPENED}{CLOSED}"):
        return DIALECTS["glm45"]
    offers_native = any(native_section(form) in prompt for form in NATIVE.values())
    return DIALECTS["glm4" if offers_native else "glm4-0414"]


def asked_in(prompt: str) -> tuple[str, int]:
    """The last user message, and how many turns the model has taken since; blocks in a row are one turn."""
    parts = TURN.split(prompt)
    turns = list(zip(parts[1::2], parts[2::2], strict=True))[:-1]  # the last is the model's to write
    last = max((index for index, (role, _) in enumerate(turns) if role == "user"), default=-1)
    if last < 0:
        return "", 0
    roles = [role for role, _ in turns[last:]]
    taken = sum(now == "assistant" and before != "assistant" for before, now in pairwise(roles))
    text = turns[last][1].removeprefix("\n")
    if prompt.startswith("[gMASK]sop"):
        text = text.removeprefix(" ")
    return restored(text.removesuffix("/nothink")), taken


def written(reply: Reply, prompt: str, dialect: Dialect) -> list[str]:
    """The reply as the model writes it behind this prompt, in tokens."""
    if reply.raw:
        return pieces(reply.raw)
    begun = [*pieces(_thoughts(reply, prompt, dialect)), *_said(reply, dialect)]
    calls = "".join(dialect.written(call_of(name, arguments), ()) for name, arguments in reply.calls)
    return begun + pieces(calls if begun else calls.removeprefix("<|assistant|>"))


def _thoughts(reply: Reply, prompt: str, dialect: Dialect) -> str:
    thought = "".join(reply.thinking)
    if prompt.endswith(OPENED):
        return f"{thought}{CLOSED}" + ("\n" if dialect.name == "glm-z1" else "")
    thinks = dialect.name == "glm45" and not prompt.endswith(CLOSED)
    return f"\n{OPENED}{thought}{CLOSED}" if thinks else ""


def _said(reply: Reply, dialect: Dialect) -> list[str]:
    if not reply.tokens:
        return []
    lead = {"chatglm3": "\n ", "glm47": "", "glm-z1": ""}.get(dialect.name, "\n")
    return [lead, *reply.tokens] if lead else reply.tokens


def completion_chunks(body: dict[str, Any], reply: Reply, dialect: Dialect) -> list[dict[str, Any]]:
    """The chunks of a streamed reply: a token each, then why it ended, then what it cost where that is asked for."""
    prompt = str(body["prompt"])
    tokens = written(reply, prompt, dialect)
    most = body.get("max_tokens") or UNTOLD_LENGTH
    is_cut = len(tokens) > most
    told = [_chunk(text, None, None) for text in tokens[:most]]
    stop = dialect.result_token_id if reply.calls else dialect.stop_token_ids[1]
    stop_reason = stop if stop in (body.get("stop_token_ids") or ()) else None
    told.append(_chunk("", "length" if is_cut else "stop", None if is_cut else stop_reason))
    if (body.get("stream_options") or {}).get("include_usage"):
        told.append({**_chunk("", None, None), "choices": [], "usage": _usage(prompt, len(told) - 1)})
    return told


def completion_whole(chunks: list[dict[str, Any]], prompt: str) -> dict[str, Any]:
    """The answer to a request without a stream."""
    choices = [chunk["choices"][0] for chunk in chunks if chunk["choices"]]
    choice = {**choices[-1], "text": "".join(choice["text"] for choice in choices)}
    return {**chunks[0], "choices": [choice], "usage": _usage(prompt, len(choices) - 1)}


def _usage(prompt: str, completion: int) -> dict[str, int]:
    count = len(pieces(prompt))
    return {"prompt_tokens": count, "completion_tokens": completion, "total_tokens": count + completion}


def _chunk(text: str, finish: str | None, stop: int | None) -> dict[str, Any]:
    choice = {"index": 0, "text": text, "logprobs": None, "finish_reason": finish, "stop_reason": stop}
    return {"id": "scripted", "object": "text_completion", "created": 0, "model": "scripted", "choices": [choice]}
