"""The forms in which GLM-4 was trained to use its own tools: raw code, browser actions, prompts for pictures.

The texts are those that GLM-4's chat template tells the model; of the one on pictures we keep what is about the craft.
"""

import ast
import re
from collections.abc import Mapping
from typing import Any

from inference.dialects.base import arguments_of, call_of, cut_call
from inference.dialects.syntax import UNREADABLE, keyword_arguments, literal, parsed, read_call
from inference.messages import ToolCall

NATIVE: Mapping[str, str] = {
    "python": "python",
    "browser_search": "simple_browser",
    "browser_click": "simple_browser",
    "browser_open": "simple_browser",
    "text_to_image": "cogview",
}
"""Our tools by name, and the form that stands for each."""

ACTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "search": ("browser_search", ("query", "recency_days")),
    "mclick": ("browser_click", ("ids",)),
    "open_url": ("browser_open", ("url",)),
}
"""Browser actions: the tool, and its arguments in order."""

PYTHON = (
    "当你向 `python` 发送包含 Python 代码的消息时，该代码将会在一个有状态的 Jupyter notebook 环境中执行。\n"
    "`python` 返回代码执行的输出，或在执行 60 秒后返回超时。\n"
    "`/mnt/data` 将会持久化存储你的文件。在此会话中，`python` 无法访问互联网。"
    "不要使用 `python` 进行任何网络请求或者在线 API 调用，这些在线内容的访问将不会成功。"
)
BROWSER = (
    "你可以使用 `simple_browser` 工具。该工具支持以下函数：\n"
    "`search(query: str, recency_days: int)`：使用搜索引擎进行查询并显示结果，"
    "可以使用 `recency_days` 参数控制搜索内容的时效性。\n"
    "`mclick(ids: list[int])`：获取一系列指定 id 的页面内容。每次调用时，须选择3-10个页面。"
    "选择多个角度的页面，同时尽可能选择可信任的信息来源。考虑到部分页面是无法加载的，你也可以多打开一些可能有用的页面而不用担心内容过多。\n"
    "`open_url(url: str)`：打开指定的 URL。\n\n"
    "使用 `【{引用 id}†{引用文本}】` 来引用内容。\n\n"
    "操作步骤：1. 使用 `search` 来获得信息列表; 2. 使用 `mclick` 来获取指定 ID 页面的内容; 3. 根据获得的内容进行回复。"
    "在回复中应当引用信息来源。\n"
    " 如果用户提供了 URL，也可以用 `open_url` 直接打开页面。\n"
    "如果初次搜索结果没有找到合适的信息，也可以再次使用 `search` 进行搜索。"
)
COGVIEW = (
    "如果用户的请求中包含了对图像的描述，你可以使用 `cogview` 来生成图像并展示给用户。"
    "你需要向 `cogview` 发送图像描述，规则：\n"
    "- 发送给 `cogview` 的消息必须使用英语。用户的中文描述必须完全翻译为英语。\n"
    "- 应当尽可能详细地描述图像生成的需求，需求描述约 100 英文单词。\n"
    "- 保持用户原始描述的意图。不要虚构内容或者没见过的人物。\n"
    "- 如无特殊说明，所在地为中国。"
)
FENCED = re.compile(r"\s*```[A-Za-z]*[ \t]*\n(.*?)\n?```\s*", re.DOTALL)
SECTIONS: Mapping[str, str] = {"python": PYTHON, "simple_browser": BROWSER, "cogview": COGVIEW}


def native_section(form: str) -> str:
    """The part of the system prompt that offers this form."""
    return f"\n\n## {form}\n\n{SECTIONS[form]}"


def native_line(call: ToolCall) -> str:
    """A call of one of our tools as the model would have written it; one that could not be read, as it came."""
    arguments = arguments_of(call)
    match call.name:
        case "python":
            return str(arguments.get("code", call.arguments))
        case "text_to_image":
            return str(arguments.get("prompt", call.arguments))
    return call.arguments if "arguments" in arguments else _action(call.name, arguments)


def _action(tool: str, arguments: Mapping[str, Any]) -> str:
    verb = next(verb for verb, (name, _) in ACTIONS.items() if name == tool)
    first, *others = ACTIONS[verb][1]
    parts = [literal(arguments[first])] if first in arguments else []
    named = {key: value for key, value in arguments.items() if key != first}
    keywords = {key: named.pop(key) for key in [*others, *named] if key in named}
    return f"{verb}({', '.join([*parts, *keyword_arguments(keywords)])})"


def native_calls(form: str, body: str, *, is_cut: bool) -> list[ToolCall]:
    """What the model wrote in this form, as calls of our tools. What was cut off is not to be run."""
    if form == "simple_browser":
        return _actions(body)
    name, arguments = ("python", {"code": unfenced(body)}) if form == "python" else ("text_to_image", _prompt(body))
    return [cut_call(name, arguments) if is_cut else call_of(name, arguments)]


def _prompt(body: str) -> dict[str, Any]:
    return {"prompt": body.strip()}


def unfenced(code: str) -> str:
    """Code without the fence that models put around it out of habit."""
    found = FENCED.fullmatch(code)
    return found[1] if found else code


def _actions(body: str) -> list[ToolCall]:
    """Several lines are several actions; one that is no action becomes a call that is refused."""
    try:
        return [_call(action) for action in parsed(body.strip())] or [call_of("browser_search", "{")]
    except UNREADABLE:
        return [_one_action(line) for line in map(str.strip, body.splitlines()) if line]


def _one_action(line: str) -> ToolCall:
    try:
        [action] = parsed(line)
        return _call(action)
    except UNREADABLE:
        verb = line.partition("(")[0].strip()
        return call_of(ACTIONS[verb][0] if verb in ACTIONS else "browser_search", line)


def _call(action: ast.stmt) -> ToolCall:
    if not isinstance(action, ast.Expr):
        raise TypeError("no action")
    verb, values, keywords = read_call(action.value)
    tool, order = ACTIONS[verb]
    return call_of(tool, dict(zip(order, values, strict=len(values) > len(order))) | keywords)
