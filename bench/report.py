"""How a benchmark tells what it found: percentiles, memory, the machine's load, lines for people or one JSON object."""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import psutil

Report = list[dict[str, Any]]


def percentiles(seconds: Iterable[float]) -> dict[str, float]:
    """In milliseconds; nothing of nothing."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    last = len(ordered) - 1
    return {f"p{p}": round(ordered[round(last * p / 100)] * 1000, 1) for p in (50, 95, 99)} | {
        "max": round(ordered[-1] * 1000, 1),
        "n": len(ordered),
    }


def family(pid: int) -> list[psutil.Process]:
    """A process and all that came of it."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def pss_mb(processes: Sequence[psutil.Process]) -> float:
    """Megabytes that they hold together, shared pages counted once in proportion."""
    total = 0
    for process in processes:
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return round(total / 1e6, 1)


def cpu_seconds(processes: Sequence[psutil.Process]) -> float:
    """User and system time, with that of children that have ended."""
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def load() -> dict[str, Any]:
    """How busy the machine is: figures taken on a busy one say little."""
    one, five, _ = os.getloadavg()
    stalled = Path("/proc/pressure/cpu")
    some = stalled.read_text().split()[1].partition("=")[2] if stalled.exists() else None
    return {"load_1m": round(one, 1), "load_5m": round(five, 1), "cores": os.cpu_count(), "cpu_pressure_10s": some}


def say(workload: str, results: Report, *, as_json: bool, began: dict[str, Any] | None = None) -> None:
    """A line for each result, and last, where asked for, one JSON object of all of them."""
    for result in results:
        print(" ".join(f"{key}={value}" for key, value in result.items()), file=sys.stderr if as_json else sys.stdout)
    told = {"workload": workload, "load": {"before": began, "after": load()}, "results": results}
    print(json.dumps(told) if as_json else told["load"])
