"""What Python for agents costs: an interpreter cold and from the pool, its memory, calls and functions per second.

On a real `sandboxd`, asked over its socket as workers ask it. Bars: from the pool the first result within 60 ms (p50)
and 150 ms (p99); 15 MB each, idle, before packages are imported.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from typing import Any

from bench.report import Report, family, load, percentiles, pss_mb, say
from glms.sandbox.client import Run, SandboxUnavailable
from tests.support.sandbox import Sandboxd, text_of

CODE = "print(6 * 7)"
HELD = 4
"""Interpreters that are weighed at once."""
BARE = "import time\ndef f(seconds):\n    time.sleep(seconds)\n    return seconds"
FUNCTION = "def f(a):\n    return a + 1"
NAMES: Iterator[str] = (f"bench-{number}" for number in count())


async def timed(work: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


def check(run: Run) -> None:
    assert text_of(run) == "42\n", run.outputs


async def wait_for_pool(box: Sandboxd, most: int) -> None:
    for _ in range(1200):
        if (await box.client.status())["warm"] >= most:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("no interpreter was started ahead")


async def cold(box: Sandboxd, rounds: int) -> dict[str, Any]:
    """Nothing is started ahead: the interpreter with its packages, then its first result."""
    ready, first = [], []
    for _ in range(rounds):
        name = next(NAMES)
        ready.append(await timed(lambda name=name: box.client.start(name)))  # type: ignore[misc]
        began = time.perf_counter()
        check(await box.client.run(name, CODE))
        first.append(time.perf_counter() - began)
        await box.client.forget(name)
    return {"workload": "interpreter cold", "ready_ms": percentiles(ready), "then_result_ms": percentiles(first)}


async def pooled(box: Sandboxd, rounds: int, warm: int) -> dict[str, Any]:
    """A conversation's first call where an interpreter waits for it."""
    first = []
    for _ in range(rounds):
        await wait_for_pool(box, warm)
        name = next(NAMES)
        began = time.perf_counter()
        check(await box.client.run(name, CODE))
        first.append(time.perf_counter() - began)
        await box.client.forget(name)
    return {"workload": "interpreter from the pool", "first_result_ms": percentiles(first), "bar_ms": [60, 150]}


async def calls(box: Sandboxd, rounds: int) -> dict[str, Any]:
    """Calls of a conversation that has its interpreter, one after the other, then of four conversations at once."""
    names = [next(NAMES) for _ in range(HELD)]
    for name in names:
        await box.run(name, CODE)
    alone = [await timed(lambda: box.client.run(names[0], CODE)) for _ in range(rounds)]
    began = time.perf_counter()
    await asyncio.gather(*(_several(box, name, rounds // HELD) for name in names))
    together = rounds // HELD * HELD / (time.perf_counter() - began)
    for name in names:
        await box.client.forget(name)
    return {
        "workload": "interpreter calls",
        "call_ms": percentiles(alone),
        "calls_per_s": round(len(alone) / sum(alone), 1),
        "calls_per_s_of_4": round(together, 1),
    }


async def _several(box: Sandboxd, name: str, rounds: int) -> None:
    for _ in range(rounds):
        check(await box.client.run(name, CODE))


async def functions(box: Sandboxd, rounds: int) -> dict[str, Any]:
    """A user's function, each call in a sandbox of its own that ends with it."""
    times = []
    for number in range(rounds):
        began = time.perf_counter()
        called = await box.client.call_function(FUNCTION, "f", {"a": number}, variables={})
        times.append(time.perf_counter() - began)
        assert called.result == number + 1
    return {"workload": "function in a fresh sandbox", "call_ms": percentiles(times),
            "calls_per_s": round(len(times) / sum(times), 1)}  # fmt: skip


async def memory(box: Sandboxd, warm: int) -> dict[str, Any]:
    """Each interpreter as it waits in the pool, numpy, pandas and pyplot imported; and one before any import."""
    await wait_for_pool(box, warm)
    _, *inside = family(box.process.pid)
    imported = pss_mb(inside) / warm
    known = {process.pid for process in inside}
    held = asyncio.gather(*(box.client.call_function(BARE, "f", {"seconds": 4}, variables={}) for _ in range(HELD)))
    weighed = 0.0
    while not held.done():  # the moment at which all of them are there
        await asyncio.sleep(0.3)
        bare = [process for process in family(box.process.pid)[1:] if process.pid not in known]
        weighed = max(weighed, pss_mb(bare) / HELD)
    await held
    return {
        "workload": "interpreter memory",
        "pss_mb": round(imported, 1),
        "pss_mb_before_imports": round(weighed, 1),
        "bar_mb_before_imports": 15,
        "sandboxd_mb": pss_mb([family(box.process.pid)[0]]),
        "weighed": {"imported": warm, "before_imports": HELD},
    }


async def told(work: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    """The result, or the error in its place."""
    try:
        return {**await work, "errors": 0}
    except (SandboxUnavailable, AssertionError) as error:
        return {"errors": 1, "first_error": str(error)[:200]}


async def measure_all(rounds: int, warm: int) -> Report:
    with Sandboxd(warm=0) as box:
        found = [await told(cold(box, max(5, rounds // 5))), await told(functions(box, rounds))]
    with Sandboxd(warm=warm) as box:
        found += [
            await told(memory(box, warm)),
            await told(pooled(box, rounds, warm)),
            await told(calls(box, rounds * 4)),
        ]
        return [{**one, "level": box.status["level"]} for one in found]


def measure(*, rounds: int = 100, warm: int = 1) -> Report:
    return asyncio.run(measure_all(rounds, warm))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--warm", type=int, default=1, help="interpreters started ahead, as GLMS_SANDBOX_WARM")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    chosen = parser.parse_args()
    began = load()
    say("interpreter", measure(rounds=chosen.rounds, warm=chosen.warm), as_json=chosen.json, began=began)


if __name__ == "__main__":
    main()
