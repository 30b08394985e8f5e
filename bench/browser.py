"""How long the browser's tools take: a page in a fresh browser (cold), in one that runs (warm), and three at once.

A small site on this machine, real Chromium through the guarded proxy, text extracted: what a model waits for.
"""

import argparse
import asyncio
import time

import psutil

from bench.report import Report, load, percentiles, pss_mb, say
from tests.support.site import PopulationSite
from tests.tools.browser.place import BrowserSettings, Talk, link, make_kit


async def timed(talk: Talk, name: str, **arguments: object) -> float:
    began = time.perf_counter()
    done = await talk.call(name, **arguments)
    assert done.outcome == "done", done.output
    return time.perf_counter() - began


def chromiums() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            found += [child] if "chrom" in child.name() else []
        except psutil.NoSuchProcess:
            continue
    return found


async def measured(site: PopulationSite, *, cold: int, warm: int) -> Report:
    kit = make_kit(site.allow, browser=BrowserSettings(most=1))
    first = [await timed(Talk(kit), "open", url=f"{site.url}/population/2000") for _ in range(cold)]
    talk = Talk(kit)
    await talk.open(f"{site.url}/")
    urls = [f"{site.url}/population/{2000 + number % 24}" for number in range(warm)]
    again = [await timed(talk, "open", url=url) for url in urls]
    index = await talk.open(f"{site.url}/")
    ids = [link(index.output, f"World population in {year}") for year in (2000, 2010, 2023)]
    three = [await timed(talk, "click", ids=ids) for _ in range(max(1, warm // 5))]
    weight = pss_mb(chromiums())
    await kit.close()
    return [
        {"workload": "browser open, cold (new Chromium)", "open_ms": percentiles(first), "errors": 0},
        {"workload": "browser open, warm", "open_ms": percentiles(again), "errors": 0, "pss_mb": weight},
        {"workload": "browser click, 3 pages at once", "click_ms": percentiles(three), "errors": 0},
    ]


def measure(*, cold: int = 10, warm: int = 50) -> Report:
    with PopulationSite() as site:
        return asyncio.run(measured(site, cold=cold, warm=warm))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cold", type=int, default=10)
    parser.add_argument("--warm", type=int, default=50)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    wanted = parser.parse_args()
    began = load()
    say("browser", measure(cold=wanted.cold, warm=wanted.warm), as_json=wanted.json, began=began)


if __name__ == "__main__":
    main()
