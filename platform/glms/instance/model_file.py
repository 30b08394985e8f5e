"""The file by which the product learns where the model is and how it does: `run/model.json`."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from glms.instance.files import write_json


class Phase(StrEnum):
    """How the model is doing."""

    INSTALLING = "installing"
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(kw_only=True)
class ModelFile:
    """Written anew, atomically and for its owner alone, whenever something changes: the key is in it."""

    path: Path
    head: dict[str, Any]
    _place: dict[str, Any] = field(default_factory=lambda: {"url": None, "key": None}, repr=False)
    _last: dict[str, Any] = field(default_factory=dict, repr=False)

    def at(self, *, url: str, key: str | None) -> None:
        """From the next writing on, the model is here."""
        self._place = {"url": url, "key": key}

    def put(self, phase: Phase, *, detail: str = "", log_tail: list[str] | None = None) -> None:
        told = {**self.head, **self._place, "state": phase, "detail": detail, "log_tail": log_tail or []}
        if told != self._last and write_json(self.path, told):
            self._last = told
