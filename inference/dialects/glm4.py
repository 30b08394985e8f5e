"""GLM-4-9B-Chat (June 2024), GLM-4-0414 and GLM-Z1: `name\\n{json}` after `<|assistant|>`, and the All Tools forms.

After the chat templates of GLM-4-9B-Chat and GLM-4-0414. Those of 0414 know functions only.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from inference.dialects.alltools import NATIVE, native_calls, native_line, native_section
from inference.dialects.base import Ending, Parser, RestoringParser, arguments_of, call_of
from inference.dialects.blocks import BLOCK, BlockParser
from inference.dialects.lines import line_calls
from inference.dialects.names import Names
from inference.dialects.special import inert
from inference.messages import AssistantMessage, Message, SystemMessage, ToolCall, ToolResult, UserMessage
from inference.tools import Tool

ENDOFTEXT, USER, OBSERVATION = 151329, 151336, 151338
INTRODUCTION = (
    "你是一个名为 ChatGLM 的人工智能助手。你是基于智谱AI训练的语言模型 GLM-4 模型开发的，"
    "你的任务是针对用户的问题和要求提供适当的答复和支持。"
)
CALLING = "在调用上述函数时，请使用 Json 格式表示调用的参数。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Glm4:
    """all_tools: it knows the forms of GLM-4's own tools. thinks: the prompt opens a thought, as GLM-Z1 wants it."""

    name: str
    all_tools: bool = False
    thinks: bool = False
    stop_token_ids: tuple[int, ...] = (ENDOFTEXT, USER, OBSERVATION)
    result_token_id: int = OBSERVATION

    def render(self, messages: Sequence[Message], tools: Sequence[Tool], *, thinking: bool | None = None) -> str:
        """GLM-Z1 always thinks, the others never."""
        forms = self._forms(tools)
        parts = ["[gMASK]<sop>"]
        if tools:
            parts.append(f"<|system|>\n{INTRODUCTION}\n\n# 可用工具{''.join(forms.sections(tools))}")
        parts += [self._message(message, forms) for message in messages]
        return "".join(parts) + (f"{BLOCK}\n<think>" if self.thinks else BLOCK)

    def parser(self, tools: Sequence[Tool], *, thinking: bool | None = None) -> Parser:
        return RestoringParser(BlockParser(self._forms(tools), thinking=self.thinks))

    def written(self, call: ToolCall, tools: Sequence[Tool]) -> str:
        return "".join(self._forms(tools).blocks([call]))

    def _forms(self, tools: Sequence[Tool]) -> "Glm4Forms":
        return Glm4Forms(tools, all_tools=self.all_tools)

    def _message(self, message: Message, forms: "Glm4Forms") -> str:
        match message:
            case SystemMessage(text=text):
                return f"<|system|>\n{inert(text)}"
            case UserMessage(text=text):
                return f"<|user|>\n{inert(text)}"
            case ToolResult(output=output):
                return f"<|observation|>{self._metadata(message, forms)}\n{inert(output)}"
            case AssistantMessage(text=text, calls=calls):
                said = f"{BLOCK}\n{inert(text)}" if text or not calls else ""
                return said + "".join(forms.blocks(calls))

    def _metadata(self, result: ToolResult, forms: "Glm4Forms") -> str:
        """The words behind `<|observation|>`, as GLM-4's demo has them."""
        if not self.all_tools:
            return ""
        if result.metadata:
            return inert(" ".join(result.metadata.split()))
        if result.outcome in {"error", "unknown"}:
            return "system_error"
        return "" if result.name in NATIVE else forms.names.wire(result.name)


class Glm4Forms:
    """How the calls of these tools are written."""

    openings: tuple[str, ...] = ("{",)
    indent = ""

    def __init__(self, tools: Sequence[Tool], *, all_tools: bool) -> None:
        self._native = NATIVE if all_tools else {}
        offered = [self._native[tool.name] for tool in tools if tool.name in self._native]
        self.natives = frozenset(offered)
        functions = [tool for tool in tools if tool.name not in self._native]
        self.names = Names(functions, frozenset(self._native.values()))

    def sections(self, tools: Sequence[Tool]) -> list[str]:
        """What the system prompt tells of each tool; browser actions are told of together."""
        told: dict[str, str] = {}
        for tool in tools:
            if form := self._native.get(tool.name):
                told[form] = native_section(form)
            else:
                wire = self.names.wire(tool.name)
                schema = {"name": wire, "description": tool.description, "parameters": tool.parameters}
                shown = inert(json.dumps(schema, ensure_ascii=False, indent=4))
                told[wire] = f"\n\n## {wire}\n\n{shown}\n{CALLING}"
        return list(told.values())

    def blocks(self, calls: Sequence[ToolCall]) -> list[str]:
        """A block a call; browser actions that follow each other are lines of one block."""
        blocks: list[tuple[str, list[str]]] = []
        for call in calls:
            form = self._native.get(call.name)
            line = inert(native_line(call) if form else json.dumps(arguments_of(call), ensure_ascii=False))
            if form == "simple_browser" and blocks and blocks[-1][0] == form:
                blocks[-1][1].append(line)
            else:
                blocks.append((form or self.names.wire(call.name), [line]))
        return [f"{BLOCK}{head}\n" + "\n".join(lines) for head, lines in blocks]

    def function(self, head: str, body: str, ending: Ending) -> list[ToolCall]:
        """Of a call that was cut right behind its name nobody knows the arguments."""
        if not body.strip():
            return [call_of(self.names.ours(head), "{" if ending.cut else "{}")]
        several = line_calls(f"{head}\n{body}", self.names, is_cut=ending.cut)
        return several or [call_of(self.names.ours(head), body.strip())]

    def native(self, form: str, body: str, ending: Ending) -> list[ToolCall]:
        return native_calls(form, body, is_cut=ending.cut)
