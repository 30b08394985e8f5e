"""What a scripted model is told to call: directives whose arguments may hold anything."""

import json
import re
from typing import Any

STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def call(name: str, **arguments: Any) -> str:
    """One call. Brackets are escaped in texts and kept apart outside of them, for two of them end a directive."""
    written = json.dumps(arguments, ensure_ascii=False)
    escaped = STRING.sub(lambda found: found[0].replace("]", "\\u005d"), written)
    return f"[[call {name} {escaped.replace(']]', '] ]')}]]"


def python(*cells: str) -> str:
    """One turn of the model that runs these side by side."""
    return " ".join(call("python", code=cell) for cell in cells)


def turns(*said: str, last: str = "Done.") -> str:
    """One turn after the other, and an answer."""
    return " [[then]] ".join([*said, f"[[say {last}]]"])


def results(run: dict[str, Any]) -> list[dict[str, Any]]:
    """The calls of a run, in their order."""
    return [item for item in run["items"] if item["kind"] == "call"]
