"""ChatGLM3-6B: calls in Python's syntax in a fence, code for the interpreter in another.

After THUDM/ChatGLM3 `PROMPT_en.md`; the space behind each newline is what its tokenizer puts before a text.
"""

import ast
import json
from collections.abc import Sequence
from dataclasses import dataclass

from inference.dialects.alltools import unfenced
from inference.dialects.base import Ending, Parser, RestoringParser, arguments_of, call_of, cut_call
from inference.dialects.blocks import BLOCK, BlockParser
from inference.dialects.names import Names
from inference.dialects.special import inert
from inference.dialects.syntax import UNREADABLE, keyword_arguments, parsed, read_call
from inference.messages import AssistantMessage, Message, SystemMessage, ToolCall, ToolResult, UserMessage
from inference.tools import Tool

ENDOFTEXT, USER, OBSERVATION = 2, 64795, 64797
CODE, INTERPRETER = "python", "interpreter"
"""Our tool, and the word that ChatGLM3 has for it."""
TOOLS = "Answer the following questions as best as you can. You have access to the following tools:"
COMPUTER = (
    "你是一位智能AI助手，你叫ChatGLM，你连接着一台电脑，但请注意不能联网。在使用Python解决任务时，你可以运行代码并得到结果，"
    "如果运行结果有错误，你需要尽可能对代码进行改进。你可以处理用户上传到电脑上的文件，文件默认存储路径是/mnt/data/。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatGlm3:
    name: str = "chatglm3"
    stop_token_ids: tuple[int, ...] = (ENDOFTEXT, USER, OBSERVATION)
    result_token_id: int = OBSERVATION

    def render(self, messages: Sequence[Message], tools: Sequence[Tool], *, thinking: bool | None = None) -> str:
        """ChatGLM3 does not think."""
        forms = ChatGlm3Forms(tools)
        turns = [*forms.system(tools), *(_message(message, forms) for message in messages)]
        return "[gMASK]sop" + "".join(turns) + BLOCK

    def parser(self, tools: Sequence[Tool], *, thinking: bool | None = None) -> Parser:
        return RestoringParser(BlockParser(ChatGlm3Forms(tools), thinking=False))

    def written(self, call: ToolCall, tools: Sequence[Tool]) -> str:
        return ChatGlm3Forms(tools).block(call)


def _message(message: Message, forms: "ChatGlm3Forms") -> str:
    match message:
        case SystemMessage(text=text):
            return f"<|system|>\n {inert(text)}"
        case UserMessage(text=text):
            return f"<|user|>\n {inert(text)}"
        case ToolResult(name=name, output=output):
            told = f"```result\n{output}\n```" if name == CODE else output
            return f"<|observation|>\n {inert(told)}"
        case AssistantMessage(text=text, calls=calls):
            said = f"{BLOCK}\n {inert(text)}" if text or not calls else ""
            return said + "".join(map(forms.block, calls))


class ChatGlm3Forms:
    """How the calls of these tools are written."""

    openings: tuple[str, ...] = ("```", "tool_call(")
    indent = " "

    def __init__(self, tools: Sequence[Tool]) -> None:
        self.natives = frozenset(INTERPRETER for tool in tools if tool.name == CODE)
        self.names = Names([tool for tool in tools if tool.name != CODE], frozenset({INTERPRETER}))

    def system(self, tools: Sequence[Tool]) -> list[str]:
        """The turns that tell of the tools."""
        told = [f"<|system|>\n {COMPUTER}"] if self.natives else []
        functions = [
            {"name": self.names.wire(tool.name), "description": tool.description, "parameters": tool.parameters}
            for tool in tools
            if tool.name != CODE
        ]
        if functions:
            shown = inert(json.dumps(functions, ensure_ascii=False, indent=4))
            told.append(f"<|system|>\n {TOOLS}\n{shown}")
        return told

    def block(self, call: ToolCall) -> str:
        arguments = arguments_of(call)
        if call.name == CODE:
            head, code = INTERPRETER, str(arguments.get("code", call.arguments))
        else:
            head, code = self.names.wire(call.name), f"tool_call({', '.join(keyword_arguments(arguments))})"
        return f"{BLOCK}{head}\n ```python\n{inert(code)}\n```"

    def function(self, head: str, body: str, ending: Ending) -> list[ToolCall]:
        """Arguments that cannot be read stay as they are, which no tool will accept."""
        name, code = self.names.ours(head), unfenced(body).strip()
        if not code:
            return [call_of(name, "{" if ending.cut else "{}")]
        try:
            [statement] = parsed(code)
            _, values, named = read_call(statement.value if isinstance(statement, ast.Expr) else ast.Constant(None))
            return [call_of(name, body if values else named)]
        except UNREADABLE:
            return [call_of(name, code)]

    def native(self, form: str, body: str, ending: Ending) -> list[ToolCall]:
        arguments = {"code": unfenced(body)}
        return [cut_call(CODE, arguments) if ending.cut else call_of(CODE, arguments)]
