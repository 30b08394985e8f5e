"""The shape of the source: where files lie, how long they are, what they begin with, which settings are told."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from glms.config.env import PROJECT

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 50
ROOTS = ("platform", "inference", "knowledge", "bench", "tests")
VARIABLE = re.compile(r"\b(?:GLMS_[A-Z][A-Z_]*[A-Z]|DATABASE_URL|REDIS_URL)\b")
SETTINGS = PROJECT / "docs" / "settings.md"


def sources(*roots: str) -> Iterator[Path]:
    for root in roots:
        for path in sorted((PROJECT / root).rglob("*.py")):
            if "migrations" not in path.parts and "node_modules" not in path.parts:
                yield path


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def shown(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def test_no_python_file_lies_in_the_source_root() -> None:
    """`platform/__init__.py` or `platform/x.py` would shadow the standard library's `platform`."""
    assert list((PROJECT / "platform").glob("*.py")) == []


def test_a_file_has_at_most_400_lines() -> None:
    lines = {shown(path): len(path.read_text().splitlines()) for path in sources(*ROOTS)}
    assert {path: count for path, count in lines.items() if count > MOST_LINES_OF_A_FILE} == {}


def test_a_function_has_at_most_50_lines() -> None:
    long = [
        f"{shown(path)}:{node.lineno} {node.name}"
        for path in sources(*ROOTS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= MOST_LINES_OF_A_FUNCTION
    ]
    assert long == []


def test_a_module_opens_with_one_sentence() -> None:
    """Empty files only mark a package for Django."""
    written = [path for path in sources(*ROOTS) if path.read_text().strip()]
    assert [shown(path) for path in written if not (ast.get_docstring(tree(path)) or "").strip()] == []


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils.py", "util.py", "helpers.py", "common.py", "manager.py", "misc.py"}
    assert [shown(path) for path in sources(*ROOTS) if path.name in drawers] == []


def test_only_one_module_reads_the_environment() -> None:
    allowed = {"platform/glms/config/env.py"}
    readers = {
        shown(path)
        for path in sources("platform", "inference", "knowledge")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    }
    allowed_to_set_defaults = {"platform/glms/config/celery.py", "platform/glms/config/asgi.py"}
    in_the_sandbox = {path for path in readers if path.startswith("platform/glms/sandbox/inside/")}
    assert readers - allowed - allowed_to_set_defaults - in_the_sandbox == set()


def test_every_variable_of_the_environment_is_documented() -> None:
    found = sources("platform", "inference", "knowledge", "bench")
    used = {name for path in found for name in VARIABLE.findall(path.read_text())}
    used |= set(VARIABLE.findall((PROJECT / "docker-compose.yml").read_text()))
    told = set(VARIABLE.findall(SETTINGS.read_text()))

    assert used - told == set(), "add them to docs/settings.md"
    assert told - used == set(), "docs/settings.md tells of variables that nothing reads"
