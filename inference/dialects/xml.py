"""GLM-4.5 to GLM-5: `<tool_call>name<arg_key>k</arg_key><arg_value>v</arg_value></tool_call>`, and `<think>`."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from inference.dialects.base import Ending, arguments_of, call_of, cut_call
from inference.dialects.marks import Body, Marks
from inference.dialects.names import Names
from inference.dialects.special import inert
from inference.loop import Part, ReasoningPart, TextPart
from inference.messages import ToolCall
from inference.tools import Tool

CALL, CALLED = "<tool_call>", "</tool_call>"
THINK, THOUGHT = "<think>", "</think>"
ENDS = ("<|observation|>", "<|user|>", "<|endoftext|>", "<|system|>", "<|assistant|>")
ARGUMENT = re.compile(r"<arg_key>(.*?)</arg_key>\s*<arg_value>(.*?)</arg_value>", re.DOTALL)
OPEN_ARGUMENT = re.compile(r"<arg_key>(.*?)</arg_key>\s*<arg_value>(.*)", re.DOTALL)
HEAD = re.compile(r"([^\n<{]*)(.*)", re.DOTALL)
TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict,
    "null": type(None),
}  # fmt: skip


class XmlForms:
    """How the calls of these tools are written. between: what stands between the parts of a call."""

    def __init__(self, tools: Sequence[Tool], *, between: str) -> None:
        self.names = Names(tools)
        self.has_tools = bool(tools)
        self._between = between
        self._properties = {tool.name: tool.parameters.get("properties") for tool in tools}

    def offer(self, tools: Sequence[Tool]) -> str:
        """The system turn that tells of the tools."""
        shown = [inert(json.dumps(self._function(tool), ensure_ascii=False)) for tool in tools]
        example = [f"<arg_key>{{arg-key-{n}}}</arg_key>{self._between}<arg_value>{{arg-value-{n}}}</arg_value>"
                   for n in (1, 2)]  # fmt: skip
        call = self._between.join([f"{CALL}{{function-name}}", *example, "...", CALLED])
        return (
            "<|system|>\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\n"
            "You are provided with function signatures within <tools></tools> XML tags:\n<tools>\n"
            + "".join(f"{line}\n" for line in shown)
            + "</tools>\n\nFor each function call, output the function name and arguments within the following XML "
            + f"format:\n{call}"
        )

    def _function(self, tool: Tool) -> dict[str, Any]:
        told = {"name": self.names.wire(tool.name), "description": tool.description, "parameters": tool.parameters}
        return {"type": "function", "function": told}

    def write(self, call: ToolCall) -> str:
        """A call as the model writes it: strings raw, other values as JSON."""
        parts = [f"{CALL}{self.names.wire(call.name)}"]
        for key, value in arguments_of(call).items():
            told = inert(self._written(value, self._schema(call.name, key)))
            parts.append(f"<arg_key>{inert(key)}</arg_key>{self._between}<arg_value>{told}</arg_value>")
        return self._between.join([*parts, CALLED])

    def _written(self, value: Any, schema: Any) -> str:
        """A string that would be read as something else is quoted."""
        if isinstance(value, str) and read_value(value, schema) == value:
            return value
        return json.dumps(value, ensure_ascii=False)

    def read(self, body: str, *, is_cut: bool) -> ToolCall:
        """The call between the tags."""
        text = body.strip()
        if text.startswith("{"):
            return self._read_json(text)
        wire, rest = HEAD.fullmatch(text).groups()  # type: ignore[union-attr]  # it matches everything
        name = self.names.ours(wire.strip())
        found = {key: read_value(value, self._schema(name, key)) for key, value in ARGUMENT.findall(rest)}
        left = ARGUMENT.sub("", rest).strip()
        unclosed = OPEN_ARGUMENT.fullmatch(left)
        if is_cut:
            return cut_call(name, found | ({unclosed[1]: unclosed[2]} if unclosed else {}))
        if unclosed:  # the model had finished, so only the tag is missing
            return call_of(name, found | {unclosed[1]: read_value(unclosed[2], self._schema(name, unclosed[1]))})
        return call_of(name, (rest if found else left) if left else found)

    def _read_json(self, text: str) -> ToolCall:
        """`{"name": …, "arguments": {…}}`, as models of other makers write it."""
        try:
            told = orjson.loads(text)
            arguments = told.get("arguments", told.get("parameters", {}))
            return call_of(self.names.ours(str(told["name"])), arguments if isinstance(arguments, dict | str) else {})
        except (orjson.JSONDecodeError, KeyError):
            return call_of("", text)

    def _schema(self, name: str, key: str) -> Any:
        properties = self._properties.get(name)
        return properties.get(key) if isinstance(properties, Mapping) else None


def read_value(text: str, schema: Any) -> Any:
    """By the declared type where there is one, else JSON where it is JSON, else text."""
    allowed = _types(schema) or list(TYPES)
    if allowed == ["string"]:
        return text
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return (
        value if any(isinstance(value, TYPES.get(one, object)) for one in allowed) or "string" not in allowed else text
    )


def _types(schema: Any) -> list[str]:
    """The types that a schema names, also as alternatives; none where it leaves them open."""
    if not isinstance(schema, Mapping):
        return []
    if isinstance(declared := schema.get("type"), str | list):
        return [declared] if isinstance(declared, str) else [one for one in declared if isinstance(one, str)]
    alternatives = schema.get("anyOf") or schema.get("oneOf") or ()
    found = [_types(one) for one in alternatives] if isinstance(alternatives, list) else []
    return [one for types in found for one in types] if all(found) else []


IN_TEXT = Marks(THINK, THOUGHT, CALL, *ENDS)
IN_PLAIN = Marks(THINK, THOUGHT, *ENDS)
IN_THOUGHT = Marks(THOUGHT, CALL, *ENDS)


class XmlParser:
    """Thoughts, text and calls. A call inside of a thought ends it: models forget the tag."""

    def __init__(self, forms: XmlForms, *, thinking: bool) -> None:
        self._forms = forms
        self._state = "thought" if thinking else "text"
        self._waiting = ""
        self._body = Body(CALLED)
        self._blank = ""
        self._begun = False
        self._calls: list[ToolCall] = []

    def feed(self, text: str) -> list[Part]:
        if self._begun and "<" not in text and not self._waiting and not self._blank and text[-1:] not in "\n":
            return [ReasoningPart(text) if self._state == "thought" else TextPart(text)]  # as most pieces are
        self._waiting += text
        parts: list[Part] = []
        while self._state != "over" and self._step(parts):
            pass
        return parts

    def end(self, ending: Ending) -> tuple[list[Part], tuple[ToolCall, ...]]:
        parts: list[Part] = []
        if self._state == "call" and self._body.text.strip():
            self._calls.append(self._forms.read(self._body.text, is_cut=ending.cut))
        elif self._state in {"text", "thought"}:
            self._say(self._waiting, parts)
        return parts, tuple(self._calls)

    def _step(self, parts: list[Part]) -> bool:
        """One step on; whether there may be another."""
        if self._state == "call":
            return self._read_call()
        plain = IN_TEXT if self._forms.has_tools else IN_PLAIN
        sure, mark, self._waiting = (IN_THOUGHT if self._state == "thought" else plain).split(self._waiting)
        self._say(sure, parts)
        if mark in {THINK, THOUGHT} and self._state == "text" and self._begun:
            self._say(mark, parts)  # an answer about the tags
        elif mark:
            self._state = {THINK: "thought", THOUGHT: "text", CALL: "call"}.get(mark, "over")
            self._blank, self._begun = "", False
        return bool(mark)

    def _read_call(self) -> bool:
        rest = self._body.feed(self._waiting)
        self._waiting = rest or ""
        if rest is None:
            return False
        self._calls.append(self._forms.read(self._body.text, is_cut=False))
        self._body, self._state = Body(CALLED), "text"
        return True

    def _say(self, text: str, parts: list[Part]) -> None:
        """Without the empty lines that frame it: those at its end may stand before a call."""
        if not self._begun:
            text = text.lstrip("\n")
        if not text:
            return
        text = self._blank + text
        kept = text.rstrip("\n")
        self._blank = text[len(kept) :]
        if kept:
            self._begun = True
            parts.append(ReasoningPart(kept) if self._state == "thought" else TextPart(kept))
