"""HumanEval's 164 canonical solutions pass in the sandbox, and broken ones fail."""

import asyncio
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.sandbox import Sandboxd, text_of

DATA = Path(__file__).parent / "data" / "HumanEval.jsonl.gz"
TASKS: list[dict[str, Any]] = [json.loads(line) for line in gzip.decompress(DATA.read_bytes()).splitlines()]
GOOD = "all is well"

pytestmark = pytest.mark.chaos


def program(task: dict[str, Any], body: str) -> str:
    return f"{task['prompt']}{body}\n{task['test']}\ncheck({task['entry_point']})\nprint({GOOD!r})"


def verdicts(box: Sandboxd, conversation: str, bodies: list[str]) -> list[bool]:
    async def each() -> list[bool]:
        return [
            GOOD in text_of(await box.run(conversation, program(task, body), seconds=30))
            for task, body in zip(TASKS, bodies, strict=True)
        ]

    return asyncio.run(each())


def test_there_are_164_tasks() -> None:
    assert len(TASKS) == 164


def test_every_canonical_solution_passes(box: Sandboxd) -> None:
    passed = verdicts(box, "human-eval", [task["canonical_solution"] for task in TASKS])
    assert [task["task_id"] for task, good in zip(TASKS, passed, strict=True) if not good] == []


def test_every_mutated_solution_fails(box: Sandboxd) -> None:
    passed = verdicts(box, "human-eval-mutated", ["    return None\n" for _ in TASKS])
    assert [task["task_id"] for task, good in zip(TASKS, passed, strict=True) if good] == []
