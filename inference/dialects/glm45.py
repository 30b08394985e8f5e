"""GLM-4.5 and GLM-4.6: turns and calls with a newline between their parts; `/nothink` turns thinking off."""

from collections.abc import Sequence
from dataclasses import dataclass

from inference.dialects.base import Parser, RestoringParser, last_question
from inference.dialects.special import inert
from inference.dialects.xml import XmlForms, XmlParser
from inference.messages import AssistantMessage, Message, SystemMessage, ToolCall, ToolResult, UserMessage
from inference.tools import Tool

ENDOFTEXT, USER, OBSERVATION = 151329, 151336, 151338


@dataclass(frozen=True, slots=True, kw_only=True)
class Glm45:
    name: str = "glm45"
    stop_token_ids: tuple[int, ...] = (ENDOFTEXT, USER, OBSERVATION)
    result_token_id: int = OBSERVATION

    def render(self, messages: Sequence[Message], tools: Sequence[Tool], *, thinking: bool | None = None) -> str:
        forms = XmlForms(tools, between="\n")
        asked = last_question(messages)
        turns = [forms.offer(tools)] if tools else []
        for index, message in enumerate(messages):
            match message:
                case SystemMessage(text=text):
                    turns.append(f"<|system|>\n{inert(text)}")
                case UserMessage(text=text):
                    turns.append(f"<|user|>\n{inert(text)}{'/nothink' if thinking is False else ''}")
                case ToolResult(output=output):
                    follows = index > 0 and isinstance(messages[index - 1], ToolResult)
                    opened = "" if follows else "<|observation|>"
                    turns.append(f"{opened}\n<tool_response>\n{inert(output)}\n</tool_response>")
                case AssistantMessage():
                    turns.append(_said(message, forms, keeps_thought=index > asked))
        off = "\n<think></think>" if thinking is False else ""
        return f"[gMASK]<sop>{''.join(turns)}<|assistant|>{off}"

    def parser(self, tools: Sequence[Tool], *, thinking: bool | None = None) -> Parser:
        return RestoringParser(XmlParser(XmlForms(tools, between="\n"), thinking=False))

    def written(self, call: ToolCall, tools: Sequence[Tool]) -> str:
        return "\n" + XmlForms(tools, between="\n").write(call)


def _said(message: AssistantMessage, forms: XmlForms, *, keeps_thought: bool) -> str:
    thought = inert(message.reasoning.strip()) if keeps_thought else ""
    text = f"\n{inert(message.text.strip())}" if message.text.strip() else ""
    calls = "".join(f"\n{forms.write(call)}" for call in message.calls)
    return f"<|assistant|>\n<think>{thought}</think>{text}{calls}"
