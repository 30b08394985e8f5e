"""The attacks of `data/sandbox_escapes.json`, and what the outside must make of what each leaves behind."""

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from glms.sandbox.client import FileRefused, FunctionFailed, Run
from glms.sandbox.server import FUNCTION_OUTPUT
from tests.sandbox.canary import Canary
from tests.support.sandbox import Sandboxd, text_of


@dataclass(frozen=True, kw_only=True)
class Case:
    """killed_ok: no verdict is as good as BLOCKED."""

    name: str
    category: str
    code: str
    timeout: float
    killed_ok: bool

    @property
    def seconds(self) -> float:
        """What is to come to a verdict gets the time for it on a busy machine too."""
        return self.timeout if self.killed_ok else 60.0

    @property
    def needs_the_interpreter(self) -> bool:
        """It is about what sandboxd makes of an interpreter, and not about the kernel's boundary alone."""
        return self.category in {"artefact", "limits", "protocol", "python", "tenancy"}

    @property
    def is_quick(self) -> bool:
        """It neither waits for its end by force nor takes much of the machine."""
        return not self.name.startswith("res_") and self.timeout > 10


CUT, AFTERWARDS = "cut", "afterwards"
"""A function's output is cut, and its sandbox is killed after it."""
REFUSED = {"OSError", "PermissionError"}
"""The attack did not catch what the kernel answered it."""
KILLED = {"timeout", "memory", "output", "crashed", "MemoryError", CUT, AFTERWARDS}
SILENT = {"proto_atexit_and_threads"}
"""What counts is that its threads end with the interpreter."""
PICKLED = Path("/tmp/sbx_pickle_probe")  # noqa: S108  where the attack says
BEGINS = {"py_pickle_result": "from builtins import open\n"}
"""IPython's own `open` cannot be pickled, which would end that attack before it begins."""


def read() -> tuple[Case, ...]:
    told: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "sandbox_escapes.json").read_text())
    names = ("name", "category", "timeout", "killed_ok")
    return tuple(
        Case(code=BEGINS.get(case["name"], "") + case["code"], **{name: case[name] for name in names}) for case in told
    )


CORPUS = read()


@dataclass(frozen=True, kw_only=True)
class Launched:
    """One way to start sandboxd, and another conversation's folder in it, which holds the canary."""

    box: Sandboxd
    canary: Canary
    other: Path

    def filled(self, case: Case) -> Case:
        return replace(case, code=self.canary.fill(case.code, other=self.other))

    async def in_a_conversation(self, case: Case) -> list[str]:
        """What is wrong after the attack from the interpreter of a conversation of its own."""
        conversation = f"{case.name[:40]}-{secrets.token_hex(4)}"
        run = await self.box.run(conversation, self.filled(case).code, seconds=case.seconds)
        errors = [output["name"] for output in run.outputs if output["type"] == "error"]
        wrong = self._wrong(case, text_of(run), ended=run.ended or next(iter(errors), None))
        if left := LEAVES.get(case.name):
            wrong += [f"{case.name}: {words}" for words in await left(self, conversation, run)]
        if self.canary.text in str(run):
            wrong.append(f"{case.name}: told the canary")
        for name in [file.name for file in await self.box.client.listing(conversation)]:
            if self.canary.text.encode() in await self.box.client.read(conversation, name):
                wrong.append(f"{case.name}: took the canary out as {name}")
        await self.box.client.forget(conversation)
        return wrong

    async def in_a_function(self, case: Case) -> list[str]:
        """The same from a function that a user wrote."""
        code = f"{self.filled(case).code}\ndef f():\n    return None"
        try:
            called = await self.box.call(code, seconds=case.seconds)
            printed, ended = called.printed, AFTERWARDS
        except FunctionFailed as failed:
            printed, ended = failed.printed, failed.name
        return self._wrong(case, printed, ended=CUT if len(printed) >= FUNCTION_OUTPUT else ended)

    def _wrong(self, case: Case, told: str, *, ended: str | None) -> list[str]:
        """ended: why there may be no verdict, such as the error that the attack ran into."""
        if "ESCAPE:" in told or self.canary.text in told:
            return [f"{case.name}: {told[:300]}"]
        if "BLOCKED:" in told or ended in REFUSED or (ended in KILLED and case.killed_ok) or case.name in SILENT:
            return []
        return [f"{case.name}: no verdict (ended: {ended}): {told[:300]}"]


async def _links(launched: Launched, conversation: str, run: Run) -> list[str]:
    wrong = [f"{run.changed} came out"] if run.changed else []
    wrong += [] if run.skipped >= 5 else [f"only {run.skipped} were told as left out"]
    for name in ("report.csv", "plot.png", "dirlink/passwd", "rel.txt"):
        try:
            await launched.box.client.read(conversation, name)
            wrong.append(f"{name} can be read")
        except FileRefused:
            continue
    return wrong


async def _special(_launched: Launched, _conversation: str, run: Run) -> list[str]:
    return [] if run.changed == [] and run.skipped >= 2 else [f"{run.changed} came out, {run.skipped} left out"]


async def _odd_names(_launched: Launched, _conversation: str, run: Run) -> list[str]:
    odd = [name for name in run.changed if not name.isprintable() or "/" in name or len(name.encode()) > 200]
    return ([f"odd names came out: {odd}"] if odd else []) + ([] if "CON" in run.changed else ["nothing came out"])


async def _many(launched: Launched, conversation: str, run: Run) -> list[str]:
    kept = await launched.box.client.listing(conversation)
    deep = max((file.name.count("/") for file in kept), default=0)
    return [] if len(kept) <= 1000 and deep <= 8 else [f"{len(kept)} files were kept, {deep} deep"]


async def _swapped(launched: Launched, conversation: str, run: Run) -> list[str]:
    if "swap.csv" not in run.changed:
        return []
    data = await launched.box.client.read(conversation, "swap.csv")
    return [] if data in {b"", b"ok"} else [f"swap.csv holds {data[:50]!r}"]


async def _pickle(_launched: Launched, _conversation: str, run: Run) -> list[str]:
    wrong = [] if "PICKLE:80" in text_of(run) else ["the attack did not begin"]
    was_opened = await asyncio.to_thread(PICKLED.exists)
    return [*wrong, "the pickle was opened outside"] if was_opened else wrong


async def _forged(_launched: Launched, _conversation: str, run: Run) -> list[str]:
    kinds = {output["type"] for output in run.outputs if "FORGED" in str(output)}
    return [] if kinds == {"text"} else [f"a forged reply came out as {kinds}"]


async def _neutral(_launched: Launched, _conversation: str, run: Run) -> list[str]:
    return [f"{sign!r} came out" for sign in "\x1b\x07\u202e\u2066\x00" if sign in text_of(run)]


async def _short(_launched: Launched, _conversation: str, run: Run) -> list[str]:
    return [] if len(text_of(run)) < 1_100_000 else [f"{len(text_of(run))} characters came out"]


async def _first_visit(launched: Launched, _conversation: str, run: Run) -> list[str]:
    case = next(case for case in CORPUS if case.name == "state_persist_next_tenant")
    again = await launched.box.run(f"next-{secrets.token_hex(4)}", case.code)
    return [] if "first visit" in text_of(run) and "first visit" in text_of(again) else ["a file was left"]


async def _gone_when_killed(launched: Launched, conversation: str, _run: Run) -> list[str]:
    told = await launched.box.run(conversation, "import os; print(os.readlink('/proc/self/ns/pid'))")
    await launched.box.client.kill(conversation)
    for _ in range(100):  # the kernel takes its time to bury them
        lives = await asyncio.to_thread(lambda: [one for one in launched.box.insiders() if one.space in text_of(told)])
        if not lives:
            break
        await asyncio.sleep(0.05)
    return [f"threads kept it alive: {lives}"] if lives else []


async def _ended_by_force(_launched: Launched, _conversation: str, run: Run) -> list[str]:
    return [] if run.ended == "timeout" else [f"ended as {run.ended}"]


LEAVES: dict[str, Callable[..., Any]] = {
    "art_symlink_artefact": _links,
    "art_special_files": _special,
    "art_odd_names": _odd_names,
    "art_many_and_deep": _many,
    "art_toctou_swap": _swapped,
    "py_pickle_result": _pickle,
    "proto_fake_result": _forged,
    "proto_ansi_terminal": _neutral,
    "proto_long_line": _short,
    "proto_many_lines": _short,
    "state_persist_next_tenant": _first_visit,
    "proto_atexit_and_threads": _gone_when_killed,
    "proto_ignore_signals": _ended_by_force,
    "res_cpu_spin": _ended_by_force,
    "res_regex_redos": _ended_by_force,
}
"""What is checked outside, beyond the verdict."""
