"""What a step of an agent costs: the call of a built-in tool, its result, the model's next turn.

On the whole product (web, worker, PostgreSQL, Valkey, sandboxd), journal on, each run followed by server-sent events;
the model is the scripted server. Runs of many steps less runs of none, per step. Bar: 25 CPU-ms of ours.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from bench.report import Report, cpu_seconds, family, load, percentiles, pss_mb, say
from tests.support.client import Person, calls_of
from tests.support.instance import Instance
from tests.support.scripted import ScriptedProcess

PARTS = ("web", "runs", "background", "beat", "postgres", "valkey", "sandbox")
STEPS = 10
BAR_CPU_MS = 25.0
TOOLS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "calculator": ("calculator", {"expression": "17 * (3 + 4)"}),
    "plan": ("update_plan", {"steps": [{"text": "Look", "status": "in_progress"}]}),
    "python": ("python", {"code": "print(6 * 7)"}),
}
"""The tools as people choose them: the call that a step makes, and its arguments."""


def message(tool: str, steps: int, number: int) -> str:
    """Directives for a run of so many steps."""
    name, arguments = TOOLS[tool]
    call = f"[[call {name} {json.dumps(arguments)} ]]"
    return " [[then]] ".join([call] * steps + [f"[[say done {number}]]"])


class Bench:
    """One person's runs on one instance."""

    def __init__(self, instance: Instance, person: Person) -> None:
        self._person = person
        self.parts: dict[str, list[psutil.Process]] = {part: family(instance.pid(part)) for part in PARTS}
        assert instance.supervisor_pid is not None
        self.parts["supervisor"] = [psutil.Process(instance.supervisor_pid)]
        self.idle_mb = self.weight()

    def weight(self) -> float:
        return pss_mb([process for found in self.parts.values() for process in found])

    def spent(self) -> dict[str, float]:
        return {part: cpu_seconds(found) for part, found in self.parts.items()}

    def play(self, tool: str, steps: int, runs: int) -> tuple[dict[str, float], list[float], int]:
        """CPU seconds by part, seconds of each run, and how many steps went wrong."""
        before, seconds, errors = self.spent(), [], 0
        for number in range(runs):
            began = time.perf_counter()
            run = self._person.run(message(tool, steps, number), tools=[tool])
            self._person.follow(run).wait()
            seconds.append(time.perf_counter() - began)
            errors += steps - sum(call["outcome"] == "done" for call in calls_of(self._person.state(run)))
        return {part: after - before[part] for part, after in self.spent().items()}, seconds, errors

    def measured(self, tool: str, runs: int) -> dict[str, Any]:
        self.play(tool, 1, 2)  # whatever is made at the first call
        none, empty, _ = self.play(tool, 0, runs)
        many, full, errors = self.play(tool, STEPS, runs)
        by_part = {part: round((many[part] - none[part]) * 1000 / (runs * STEPS), 2) for part in many}
        taken = [(one - sum(empty) / len(empty)) / STEPS for one in full]
        return {
            "workload": f"step {tool}",
            "cpu_ms_per_step": round(sum(by_part.values()), 1),
            "bar_cpu_ms": BAR_CPU_MS,
            "cpu_by_part": by_part,
            "step_ms": percentiles(taken),
            "run_without_steps_ms": percentiles(empty),
            "steps": runs * STEPS,
            "errors": errors,
        }


def measure(*, runs: int = 20, tools: Sequence[str] = tuple(TOOLS)) -> Report:
    with (
        ScriptedProcess() as model,
        tempfile.TemporaryDirectory(prefix="glms-bench-") as home,
        Instance(Path(home) / "home", environment=model.environment) as instance,
        Person.sign_up(instance.url) as person,
    ):
        instance.wait_for("sandbox", seconds=120)
        bench = Bench(instance, person)
        found = [bench.measured(tool, runs) for tool in tools]
        return [{**one, "idle_pss_mb": bench.idle_mb, "pss_mb": bench.weight()} for one in found]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--tools", default=",".join(TOOLS), help="some of them, with commas between")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    chosen = parser.parse_args()
    began = load()
    found = measure(runs=chosen.runs, tools=chosen.tools.split(","))
    say("steps", found, as_json=chosen.json, began=began)


if __name__ == "__main__":
    main()
