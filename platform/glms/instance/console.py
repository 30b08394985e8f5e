"""What the terminal shows: a live table while the parts start, then the link, then what the logs have to say."""

import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from glms.instance.board import PartState, State

COLOURS = {
    State.STARTING: "yellow",
    State.READY: "green",
    State.RESTARTING: "yellow",
    State.FAILED: "red",
    State.STOPPED: "dim",
}
MAX_LINE = 400


class Screen(Protocol):
    """What the supervisor tells the person in front of it."""

    def part(self, part: PartState, *, everything: Iterable[PartState]) -> None: ...
    def say(self, text: str) -> None: ...
    def log(self, name: str, line: str) -> None: ...
    def close(self) -> None: ...


def screen(journal: Path) -> Screen:
    """A live table on a terminal, plain lines elsewhere; both also write `logs/supervisor.log`."""
    return LiveScreen(journal) if sys.stdout.isatty() else PlainScreen(journal)


class Journal:
    """The supervisor's own log."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, text: str) -> None:
        with suppress(OSError), self._path.open("a") as file:
            file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {text}\n")


def _line(part: PartState) -> str:
    return f"{part.name:<12}{part.state:<12}{part.detail}".rstrip()


class PlainScreen:
    """One line for each change."""

    def __init__(self, journal: Path) -> None:
        self._journal = Journal(journal)
        self._shown: dict[str, State] = {}

    def part(self, part: PartState, *, everything: Iterable[PartState]) -> None:
        self._journal.write(_line(part))
        if self._shown.get(part.name) != part.state or part.state is not State.STARTING or part.detail:
            self._print(_line(part))
        self._shown[part.name] = part.state

    def say(self, text: str) -> None:
        self._journal.write(text)
        self._print(text)

    def log(self, name: str, line: str) -> None:
        self._print(f"{name:<12}| {line[:MAX_LINE]}")

    def close(self) -> None:
        """Nothing is held."""

    def _print(self, text: str) -> None:
        try:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
        except OSError:  # the reader of our output is gone; the logs have it all
            return


class LiveScreen:
    """A table that follows the parts until all have settled, then lines."""

    def __init__(self, journal: Path) -> None:
        self._journal = Journal(journal)
        self._console = Console(highlight=False)
        self._live: Live | None = None

    def part(self, part: PartState, *, everything: Iterable[PartState]) -> None:
        self._journal.write(_line(part))
        parts = list(everything)
        if part.state is State.STARTING and self._live is None:
            self._live = Live(console=self._console, auto_refresh=False, transient=False)
            self._live.start()
        if self._live is None:
            self._console.print(self._text(part))
            return
        self._live.update(_table(parts), refresh=True)
        if all(each.state is not State.STARTING for each in parts):
            self._end_live()

    def say(self, text: str) -> None:
        self._journal.write(text)
        self._console.print(Text(text, style="bold"))

    def log(self, name: str, line: str) -> None:
        self._console.print(Text.assemble((f"{name:<12}", "cyan"), "| ", line[:MAX_LINE]), soft_wrap=True)

    def close(self) -> None:
        self._end_live()

    def _end_live(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    @staticmethod
    def _text(part: PartState) -> Text:
        return Text(_line(part), style=COLOURS[part.state])


def _table(parts: list[PartState]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for part in parts:
        table.add_row(part.name, Text(part.state, style=COLOURS[part.state]), part.detail)
    return table
