"""One instance with short leases for all tests that can share it; each test leaves it whole, and is checked for it."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import invariants
from tests.support.client import Person
from tests.support.instance import Instance
from tests.support.scripted import ScriptedProcess
from tests.support.tools import NAMES

LEASE = 9.0
"""Seconds; tests that wait for a lease to end would take four times as long with the real one."""
SILENCE = 2.0
LONG = bool(os.environ.get("GLMS_CHAOS_LONG"))
"""With it, what shall last a minute lasts a minute."""
TOOLS = {"GLMS_TOOL_MODULES": "tests.support.tools"}
JOURNALS = Path(__file__).parents[1] / "journals"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.chaos)
            item.add_marker(pytest.mark.xdist_group("chaos"))


_figures: list[str] = []


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Takes a figure for the report at the end of the session."""
    return lambda figure: _figures.append(f"{request.node.name}: {figure}")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if _figures:
        terminalreporter.section("figures")
        for figure in _figures:
            terminalreporter.line(figure)


@pytest.fixture(scope="session")
def model() -> Iterator[ScriptedProcess]:
    with ScriptedProcess() as model:
        yield model


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, model: ScriptedProcess) -> Iterator[Instance]:
    """The instance; tests take `instance`, which checks it after them."""
    environment = {
        **model.environment,
        **TOOLS,
        "GLMS_LEASE_SECONDS": str(LEASE),
        "GLMS_MODEL_SILENCE": str(SILENCE),
    }
    with Instance(tmp_path_factory.mktemp("chaos") / "home", environment=environment) as instance:
        yield instance


@pytest.fixture(scope="session")
def ann(shared: Instance) -> Iterator[Person]:
    with Person.sign_up(shared.url) as person:
        person.conversation()
        person.conversation(*NAMES)
        yield person


FAULTS = re.compile(r"duty_broke|batch_refused|run_unwritable|run_broke|request_failed|never retrieved|Traceback")


@pytest.fixture
def instance(shared: Instance, ann: Person) -> Iterator[Instance]:
    """The shared instance, every part ready; after the test all invariants must hold and no log tells of our faults."""
    parts = ("postgres", "valkey", "web", "runs", "background")
    for name in parts:
        shared.wait_for(name)
    told = {name: len(shared.log(name)) for name in parts}
    yield shared
    invariants.check(shared.database_url)
    for name, length in told.items():
        faults = [line for line in shared.log(name)[length:].splitlines() if FAULTS.search(line)]
        assert not faults, f"{name}: {faults[0][:3000]}"


@pytest.fixture
def keep_journal(shared: Instance) -> "Keep":
    return Keep(shared)


class Keep:
    """Writes a run's journal to `tests/journals`, where Python and TypeScript replay it; with GLMS_KEEP_JOURNALS=1."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def __call__(self, name: str, run_id: str) -> None:
        if os.environ.get("GLMS_KEEP_JOURNALS"):
            events, state = invariants.stored(self._instance.database_url, run_id)
            text = json.dumps({"events": events, "state": state}, ensure_ascii=False, indent=1)
            (JOURNALS / f"{name}.json").write_text(text + "\n")
