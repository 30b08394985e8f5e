"""What a step of an agent costs: the call of a built-in tool, its result, the model's next turn.

On the whole product (web, worker, PostgreSQL, Valkey, sandboxd), journal on, each run followed by server-sent events;
the model is the scripted server. Runs of many steps less runs of none, per step. Bar: 25 CPU-ms of ours.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from bench.report import Report, cpu_seconds, family, load, percentiles, pss_mb, say
from tests.support.client import Person, calls_of
from tests.support.instance import Instance
from tests.support.scripted import ScriptedProcess

PARTS = ("web", "runs", "background", "beat", "postgres", "valkey", "sandbox")
SUPERVISOR = "supervisor"
STEPS = 10
BAR_CPU_MS, BAR_MB = 25.0, 450
SETTLE_SECONDS = 10.0
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
        self.parts[SUPERVISOR] = [psutil.Process(instance.supervisor_pid)]

    def weight(self) -> dict[str, float]:
        """Megabytes by part, and of all together."""
        found = {part: pss_mb(family(processes[0].pid)) for part, processes in self.parts.items() if part != SUPERVISOR}
        found[SUPERVISOR] = pss_mb(self.parts[SUPERVISOR])
        return found | {"all": round(sum(found.values()), 1)}

    def spent(self) -> dict[str, float]:
        return {part: cpu_seconds(found) for part, found in self.parts.items()}

    def play(self, tool: str, steps: int, runs: int) -> tuple[Counter[str], list[float], int]:
        """CPU seconds by part, seconds of each run, and how many steps went wrong.

        Each in a conversation of its own, whose first run, not counted, makes what is made once: its interpreter.
        """
        spent: Counter[str] = Counter()
        seconds, errors = [], 0
        for number in range(runs):
            talk = self._person.conversation(tool)
            self._finish(talk, message(tool, 1, number))
            before, began = self.spent(), time.perf_counter()
            run = self._finish(talk, message(tool, steps, number))
            seconds.append(time.perf_counter() - began)
            spent.update({part: after - before[part] for part, after in self.spent().items()})
            errors += steps - sum(call["outcome"] == "done" for call in calls_of(self._person.state(run)))
        return spent, seconds, errors

    def _finish(self, talk: str, text: str) -> str:
        run = self._person.run(text, conversation_id=talk)
        self._person.follow(run).wait()
        return run

    def measured(self, tool: str, runs: int) -> dict[str, Any]:
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
        time.sleep(SETTLE_SECONDS)
        idle = {"workload": "instance, idle", "pss_mb": bench.weight(), "bar_mb": BAR_MB, "errors": 0}
        return [idle, *({**bench.measured(tool, runs), "pss_mb": bench.weight()["all"]} for tool in tools)]


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
