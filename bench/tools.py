"""What agents' tools cost, in four parts: the interpreter, a step of an agent, the browser, the dialects' parsers.

`python bench/tools.py --json --parts interpreter,parsers`. Each part is also a benchmark of its own
(`bench/interpreter.py` ...), with its bars. The last line of `--json` is one JSON object with all results, and with how
busy the machine was: on a busy one only CPU times and memory mean something.
"""

import argparse
import time
from collections.abc import Callable, Mapping
from functools import partial

from bench import browser, interpreter, parsers, steps
from bench.report import Report, load, say

PARTS: Mapping[str, Callable[[], Report]] = {
    "interpreter": interpreter.measure,
    "steps": steps.measure,
    "browser": browser.measure,
    "parsers": parsers.measure,
}
QUICK: Mapping[str, Callable[[], Report]] = {
    "interpreter": partial(interpreter.measure, rounds=15),
    "steps": partial(steps.measure, runs=5),
    "browser": partial(browser.measure, cold=3, warm=10),
    "parsers": partial(parsers.measure, rounds=2),
}
"""The same with a few rounds each: for a first look, or a machine with other work."""


def settled(*, below: float, seconds: float) -> None:
    """Wait until the machine has little else to do, for so long at most."""
    until = time.monotonic() + seconds
    while load()["load_1m"] > below and time.monotonic() < until:
        time.sleep(5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default=",".join(PARTS), help=f"some of {', '.join(PARTS)}, with commas between")
    parser.add_argument("--quick", action="store_true", help="a few rounds of each")
    parser.add_argument("--patience", type=float, default=0.0, help="seconds to wait for a quiet machine")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    chosen = parser.parse_args()
    names = chosen.parts.split(",")
    if unknown := set(names) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    settled(below=1.0, seconds=chosen.patience)
    began = load()
    chosen_parts = QUICK if chosen.quick else PARTS
    say("tools", [result for name in names for result in chosen_parts[name]()], as_json=chosen.json, began=began)


if __name__ == "__main__":
    main()
