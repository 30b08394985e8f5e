"""How long the browser's tools take: a page in a fresh browser (cold), in one that runs (warm), and three at once.

A small site on this machine, real Chromium through the guarded proxy, text extracted: what a model waits for.
"""

import argparse
import asyncio
import statistics
import time

import psutil

from tests.support.site import PopulationSite
from tests.tools.browser.place import BrowserSettings, Talk, link, make_kit


def told(name: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, round(0.99 * (len(ordered) - 1)))]
    print(f"{name:28} n={len(ordered):3}  p50 {statistics.median(ordered) * 1000:7.0f} ms  p99 {p99 * 1000:7.0f} ms")


async def timed(talk: Talk, name: str, **arguments: object) -> float:
    began = time.perf_counter()
    done = await talk.call(name, **arguments)
    assert done.outcome == "done", done.output
    return time.perf_counter() - began


def memory() -> float:
    """MiB of all children, shared pages counted once in proportion."""
    total = 0
    for child in psutil.Process().children(recursive=True):
        try:
            total += child.memory_full_info().pss if "chrom" in child.name() else 0
        except psutil.Error:
            continue
    return total / 2**20


async def measure(site: PopulationSite, *, cold: int, warm: int) -> None:
    kit = make_kit(site.allow, browser=BrowserSettings(most=1))
    first = [await timed(Talk(kit), "open", url=f"{site.url}/population/2000") for _ in range(cold)]
    talk = Talk(kit)
    await talk.open(f"{site.url}/")
    urls = [f"{site.url}/population/{2000 + number % 24}" for number in range(warm)]
    again = [await timed(talk, "open", url=url) for url in urls]
    index = await talk.open(f"{site.url}/")
    ids = [link(index.output, f"World population in {year}") for year in (2000, 2010, 2023)]
    three = [await timed(talk, "click", ids=ids) for _ in range(max(1, warm // 5))]
    told("open, cold (new Chromium)", first)
    told("open, warm", again)
    told("click, 3 pages at once", three)
    print(f"one Chromium: {memory():.0f} MiB")
    await kit.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cold", type=int, default=10)
    parser.add_argument("--warm", type=int, default=50)
    wanted = parser.parse_args()
    with PopulationSite() as site:
        asyncio.run(measure(site, cold=wanted.cold, warm=wanted.warm))


if __name__ == "__main__":
    main()
