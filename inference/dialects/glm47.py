"""GLM-4.7 to GLM-5: as GLM-4.5, with nothing between the parts; the prompt itself opens or closes the thought."""

from collections.abc import Sequence
from dataclasses import dataclass

from inference.dialects.base import Parser, RestoringParser, last_question
from inference.dialects.special import inert
from inference.dialects.xml import XmlForms, XmlParser
from inference.messages import AssistantMessage, Message, SystemMessage, ToolCall, ToolResult, UserMessage
from inference.tools import Tool

ENDOFTEXT, USER, OBSERVATION = 154820, 154827, 154829


@dataclass(frozen=True, slots=True, kw_only=True)
class Glm47:
    name: str = "glm47"
    stop_token_ids: tuple[int, ...] = (ENDOFTEXT, USER, OBSERVATION)
    result_token_id: int = OBSERVATION

    def render(self, messages: Sequence[Message], tools: Sequence[Tool], *, thinking: bool | None = None) -> str:
        """It thinks unless told not to."""
        forms = XmlForms(tools, between="")
        asked = last_question(messages)
        turns = [forms.offer(tools)] if tools else []
        for index, message in enumerate(messages):
            match message:
                case SystemMessage(text=text):
                    turns.append(f"<|system|>{inert(text)}")
                case UserMessage(text=text):
                    turns.append(f"<|user|>{inert(text)}")
                case ToolResult(output=output):
                    follows = index > 0 and isinstance(messages[index - 1], ToolResult)
                    opened = "" if follows else "<|observation|>"
                    turns.append(f"{opened}<tool_response>{inert(output)}</tool_response>")
                case AssistantMessage():
                    turns.append(_said(message, forms, keeps_thought=index > asked))
        return f"[gMASK]<sop>{''.join(turns)}<|assistant|>{'</think>' if thinking is False else '<think>'}"

    def parser(self, tools: Sequence[Tool], *, thinking: bool | None = None) -> Parser:
        return RestoringParser(XmlParser(XmlForms(tools, between=""), thinking=thinking is not False))

    def written(self, call: ToolCall, tools: Sequence[Tool]) -> str:
        return XmlForms(tools, between="").write(call)


def _said(message: AssistantMessage, forms: XmlForms, *, keeps_thought: bool) -> str:
    thought = inert(message.reasoning.strip()) if keeps_thought else ""
    opened = f"<think>{thought}</think>" if thought else "</think>"
    return f"<|assistant|>{opened}{inert(message.text.strip())}{''.join(map(forms.write, message.calls))}"
