"""The browser's functions as models see them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from inference.errors import ToolError
from inference.observations import Observation
from inference.tools import CallContext, Progress

if TYPE_CHECKING:  # what drives browsers is loaded where one is started
    from glms.tools.builtin.browser.desk import Desk

Act = Callable[["Desk", dict[str, Any], CallContext], Awaitable[Observation]]
MOST_CLICKS = 10
LONGEST = 2000


@dataclass(slots=True)
class BrowserTool:
    """One function. `desk` tells where it works, from within the loop; None where it is only shown."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    act: Act
    desk: "Callable[[], Desk] | None" = None
    repeatable: bool = True
    changes_world: bool = False
    timeout: float = 120.0

    async def run(self, arguments: dict[str, Any], context: CallContext) -> Observation:
        """Raises ToolError."""
        if self.desk is None:
            raise ToolError("The browser belongs to a conversation.")
        return await self.act(self.desk(), arguments, context)


def _text(arguments: dict[str, Any], name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
        raise ToolError(f"`{name}` must be a text of at most {LONGEST} characters.")
    return value.strip()


async def _search(desk: "Desk", arguments: dict[str, Any], context: CallContext) -> Observation:
    days = arguments.get("recency_days")
    if days is not None and (isinstance(days, bool) or not isinstance(days, int) or days < 1):
        days = None  # models write 0 or -1 for "any time"
    context.report(Progress(text="Searching"))
    return await desk.search(_text(arguments, "query"), days)


async def _open(desk: "Desk", arguments: dict[str, Any], context: CallContext) -> Observation:
    context.report(Progress(text="Opening the page"))
    return await desk.open(_text(arguments, "url"))


async def _click(desk: "Desk", arguments: dict[str, Any], context: CallContext) -> Observation:
    ids = arguments.get("ids")
    ids = [ids] if isinstance(ids, int) else ids
    if not isinstance(ids, list) or not ids or not all(isinstance(one, int) and one is not True for one in ids):
        raise ToolError('`ids` must be a list of numbers: {"ids": [3, 5]}.')
    chosen = list(dict.fromkeys(ids))[:MOST_CLICKS]
    return await desk.click(chosen, lambda text: context.report(Progress(text=text)))


async def _scroll(desk: "Desk", arguments: dict[str, Any], _context: CallContext) -> Observation:
    direction = arguments.get("direction", "down")
    if direction not in {"down", "up"}:
        raise ToolError('`direction` is "down" or "up".')
    return await desk.scroll(down=direction == "down")


async def _find(desk: "Desk", arguments: dict[str, Any], _context: CallContext) -> Observation:
    return await desk.find(_text(arguments, "text"))


async def _screenshot(desk: "Desk", _arguments: dict[str, Any], context: CallContext) -> Observation:
    context.report(Progress(text="Taking a picture"))
    return await desk.screenshot()


def _parameters(required: tuple[str, ...] = (), **properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


FUNCTIONS: tuple[BrowserTool, ...] = (
    BrowserTool(
        "browser_search",
        "Searches the web. Each result has an id, as in 【3†title†host】: open the best with browser_click, from "
        "several angles and from sources that can be trusted, before you answer. Cite what you use as 【3†source】.",
        _parameters(
            ("query",),
            query={"type": "string", "description": "What to search for"},
            recency_days={"type": "integer", "description": "Only pages of the last so many days"},
        ),
        _search,
    ),
    BrowserTool(
        "browser_open",
        "Opens a web address and shows its text, with links as 【id†text†host】. Use it when the user gave an address.",
        _parameters(("url",), url={"type": "string", "description": "An http or https address"}),
        _open,
    ),
    BrowserTool(
        "browser_click",
        f"Opens results or links by their ids, up to {MOST_CLICKS} at once. The last of them becomes the open page.",
        _parameters(("ids",), ids={"type": "array", "items": {"type": "integer"}, "minItems": 1}),
        _click,
    ),
    BrowserTool(
        "browser_scroll",
        "Shows the next part of the open page, or the part before.",
        _parameters(("direction",), direction={"type": "string", "enum": ["down", "up"]}),
        _scroll,
    ),
    BrowserTool(
        "browser_find",
        "Finds words in the open page and goes to the first place that has them.",
        _parameters(("text",), text={"type": "string"}),
        _find,
    ),
    BrowserTool("browser_screenshot", "Shows the user a picture of the open page.", _parameters(), _screenshot),
)
