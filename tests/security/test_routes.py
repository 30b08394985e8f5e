"""Every address of the instance with its methods equals a list under version control."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.urls import URLPattern, get_resolver

from tests.security.operations import OPERATIONS

GOLDEN = Path(__file__).with_name("routes.txt")
METHODS = ("get", "post", "put", "patch", "delete")


def _patterns(resolver: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield path, pattern.callback
        else:
            yield from _patterns(pattern, path)


def _methods(view: Any) -> str:
    made_of = getattr(view, "view_class", None)
    if made_of is None:
        return "any"
    return ",".join(method.upper() for method in METHODS if hasattr(made_of, method))


def routes() -> str:
    """One line a route: the API's from its description, the others from the URLconf."""
    native = {f"/{operation.path.strip('/')} {operation.method.upper()}" for operation in OPERATIONS.values()}
    others = {
        f"/{path} {_methods(view)}"
        for path, view in _patterns(get_resolver())
        if not path.startswith("api/v1/") or "openapi" in path
    }
    return "\n".join(sorted(native | others)) + "\n"


def test_the_routes_are_the_known_ones() -> None:
    assert routes() == GOLDEN.read_text(), "a route came or went: look at it, then write it into routes.txt"
