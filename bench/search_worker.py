"""Measures one engine in a process of its own: `python -m bench.search_worker ENGINE DATA FOLDER STEP`.

STEP `build` fills it; `look` opens it from cold and measures. The last line is one JSON object.
"""

import importlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from bench.clusters import Texts

K, AT_ONCE, ADDED = 10, 16, 10
WARM = 20
LONGEST = 60.0
"""Seconds that a measurement of searches may take: some engines take seconds for each."""


def main(engine: str, data: Path, folder: Path, step: str) -> dict[str, Any]:
    vectors = np.load(data / "vectors.npy", mmap_mode="r")
    texts = Texts(data, len(vectors) + 2 * ADDED)
    began = time.perf_counter()
    made = importlib.import_module(f"bench.engines.{engine}").Engine(folder, vectors.shape[1])
    try:
        if step == "build":
            made.build(vectors, texts)
            return {"build_s": round(time.perf_counter() - began, 1), **memory(), "disk_mb": disk(folder)}
        return look(made, data, texts, vectors, began)
    finally:
        made.close()


def look(made: Any, data: Path, texts: Texts, vectors: Any, began: float) -> dict[str, Any]:
    queries, exact = np.load(data / "queries.npy"), np.load(data / "exact.npy")
    asked = [questions(texts[number * 997 % len(vectors)]) for number in range(len(queries))]
    made.search(asked[0], queries[0], K)
    told: dict[str, Any] = {"cold_open_s": round(time.perf_counter() - began, 2)}
    for number in range(min(WARM, len(queries))):
        made.search(asked[number], queries[number], K)
    told["single_ms"] = single(lambda number: made.search(asked[number], queries[number], K), len(queries))
    told["at_once_16_ms"] = together(lambda number: made.search(asked[number], queries[number], K), len(queries))
    told["vector_ms"] = single(lambda number: made.nearest(queries[number], K), len(queries))
    found = [made.nearest(query, K) for query in queries]
    shared = [len(set(want.tolist()) & set(got)) for want, got in zip(exact, found, strict=True)]
    told["recall_at_10"] = round(float(np.mean(shared)) / K, 4)
    told |= changed(made, vectors)
    return told | memory()


def questions(text: str) -> str:
    """As long as a question is: the middle of a passage."""
    if text.isascii():
        words = text.split()
        return " ".join(words[len(words) // 3 :][:12])
    return text[len(text) // 3 :][:24]


def single(ask: Callable[[int], Any], count: int) -> dict[str, float]:
    """One after the other, as many as LONGEST allows."""
    until = time.monotonic() + LONGEST
    return percentiles([timed(ask, number) for number in range(count) if time.monotonic() < until])


def together(ask: Callable[[int], Any], count: int) -> dict[str, float]:
    """AT_ONCE all the time, as many as LONGEST allows."""
    until = time.monotonic() + LONGEST
    with ThreadPoolExecutor(AT_ONCE) as pool:
        taken = pool.map(lambda number: timed(ask, number) if time.monotonic() < until else None, range(count))
        return percentiles([one for one in taken if one is not None])


def timed(ask: Callable[[int], Any], number: int) -> float:
    began = time.perf_counter()
    ask(number)
    return 1000 * (time.perf_counter() - began)


def changed(made: Any, vectors: Any) -> dict[str, Any]:
    """Ten passages more, until they are found; then one of them less, until it is not."""
    count = len(vectors)
    keys = list(range(count, count + ADDED))
    fresh = np.random.default_rng(5).standard_normal((ADDED, vectors.shape[1])).astype(np.float32)
    fresh /= np.linalg.norm(fresh, axis=1, keepdims=True)
    texts = Texts.__new__(Texts)
    texts._told, texts._count = ["a document that was added later"], count + ADDED
    began = time.perf_counter()
    made.add(keys, fresh, texts)
    while keys[0] not in made.nearest(fresh[0], K):
        time.sleep(0.01)
    added = time.perf_counter() - began
    began = time.perf_counter()
    made.delete(keys[:1])
    while keys[0] in made.nearest(fresh[0], K):
        time.sleep(0.01)
    return {"added_visible_s": round(added, 3), "deleted_s": round(time.perf_counter() - began, 3)}


def percentiles(values: Sequence[float]) -> dict[str, float]:
    return {f"p{p}": round(float(np.percentile(values, p)), 2) for p in (50, 95, 99)} | {"n": len(values)}


def memory() -> dict[str, int]:
    """Of this process: its own, and what it has mapped of files."""
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    return {
        "anonymous_mb": int(told["RssAnon"].split()[0]) >> 10,
        "mapped_mb": int(told["RssFile"].split()[0]) >> 10,
        "peak_mb": int(told["VmHWM"].split()[0]) >> 10,
    }


def disk(folder: Path) -> int:
    seen = {path.stat().st_ino: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    return sum(seen.values()) >> 20


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])))
