"""All ground-truth calls of the Berkeley Function Calling Leaderboard, there and back in every dialect."""

import gzip
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest

from inference.dialects.base import Dialect
from tests.inference.dialects.support import AWAITS, EVERY, Declared, call, hear

DATA = Path(__file__).parents[1] / "data" / "bfcl_calls.json.gz"


@cache
def rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(gzip.decompress(DATA.read_bytes()))
    return found


def test_the_data_is_all_there() -> None:
    calls = [name for row in rows() for name, _ in row["calls"]]
    assert len(calls) > 5000
    assert sum("." in name for name in calls) > 500


@pytest.mark.parametrize("dialect", EVERY, ids=lambda one: one.name)
def test_every_call_comes_out_equal(dialect: Dialect) -> None:
    unequal = []
    for row in rows():
        tools = [
            Declared(name, {key: {"type": kind} for key, kind in types.items()}) for name, types in row["tools"].items()
        ]
        written = "".join(dialect.written(call(name, arguments), tools) for name, arguments in row["calls"])
        lead = "</think>" if dialect.name in {"glm-z1", "glm47"} else ""
        heard = hear(dialect, [lead, written.removeprefix("<|assistant|>")], tools=tools, ending=AWAITS)
        if [list(one) for one in heard.calls] != row["calls"]:
            unequal.append((row["calls"], heard))
    assert unequal == []
