"""The knowledge bases as a model sees them: one function that searches them all."""

from collections.abc import Iterator, Mapping
from typing import Any

from glms.tools.builtin.knowledge.telling import told
from glms.tools.kit import Knowledge
from inference.errors import ToolError
from inference.observations import Observation
from inference.tools import CallContext

NAME = "search_knowledge"
MAX_QUERY = 1000
SHAPE = 'Give one query: {"query": "how many days of leave does a new employee have"}.'
DESCRIPTION = (
    "Search the documents that you were given{about}. Give a whole question or phrase with the words that the answer"
    " will have, in the documents' language where you know it. You get passages with numbers: rely on them, and cite"
    " each as 【number†source】. Search again with other words when they do not tell."
)


class SearchKnowledge:
    """Finds passages; they become sources of the conversation."""

    name: str = NAME
    parameters: Mapping[str, Any] = {
        "type": "object",
        "properties": {"query": {"type": "string", "description": "What to look for"}},
        "required": ["query"],
        "additionalProperties": False,
    }
    repeatable: bool = True
    changes_world: bool = False
    timeout: float = 60.0

    def __init__(self, knowledge: Knowledge, numbers: Iterator[int]) -> None:
        self._knowledge = knowledge
        self._numbers = numbers
        topics = "; ".join(f"{name}: {about}" if about else name for name, about in knowledge.topics)
        self.description: str = DESCRIPTION.format(about=f" ({topics[:1500]})" if topics else "")

    async def run(self, arguments: dict[str, Any], context: CallContext) -> Observation:
        """The best passages. Raises ToolError."""
        query = arguments.get("query")
        if not isinstance(query, str) or not query.strip():
            raise ToolError(SHAPE)
        found = await self._knowledge.search(query.strip()[:MAX_QUERY])
        return told(query, found, [next(self._numbers) for _ in found.excerpts])
