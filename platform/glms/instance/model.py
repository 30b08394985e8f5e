"""The model server as a part: which one it is, how it is kept, and where the product finds it."""

import asyncio
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from glms.config.env import PROJECT, ModelServer
from glms.instance.board import Board, State
from glms.instance.child import Child, Launch, Nursery
from glms.instance.keeper import Keeper
from glms.instance.layout import Layout
from glms.instance.logfiles import tail
from glms.instance.model_file import ModelFile, Phase
from glms.instance.part import Part, PartError, Report
from glms.instance.ports import free_port
from glms.instance.watched_model import WatchedModel
from inference.serving import health
from inference.serving.catalogue import TOY, served
from inference.serving.installation import Installation
from inference.serving.launch import (
    Listening,
    bundled_command,
    bundled_environment,
    environment,
    gpu_command,
    python_of,
)

NONE = "none"
OURS = re.compile(r"^(GLMS_|DATABASE_URL$|REDIS_URL$|DJANGO_)")
"""Variables that the model server has no business with: the instance's keys and addresses."""
TELLING = re.compile(r"\b([A-Z]\w*(Error|Exception)|ERROR|error):? ")
EMPTY = ("See root cause above", "Engine core initialization failed")
PROGRESS_SECONDS = 2.0
NICE = 5
LONGEST_PAUSE = 120.0


def has_gpu() -> bool:
    """Whether NVIDIA's driver lists a GPU."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return False
    try:
        listed = subprocess.run([program, "-L"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return False
    return listed.returncode == 0 and "GPU " in listed.stdout


def _vllm_on_the_path() -> Path | None:
    """The interpreter of a vLLM that the operator installed."""
    script = shutil.which("vllm")
    python = Path(script).resolve().with_name("python") if script else None
    return python if python and python.exists() else None


@dataclass(frozen=True, kw_only=True)
class Model:
    """The model of one instance: the environment's, one on our GPU, the packaged one, or none."""

    layout: Layout
    chosen: ModelServer
    nursery: Nursery
    board: Board
    inherited: Mapping[str, str] = field(repr=False)

    def kept(self) -> "Keeper | WatchedModel | None":
        file = ModelFile(path=self.layout.model, head={})
        if self.chosen.url:
            file.head = self.head(source="environment", name=self.chosen.name or "")
            return WatchedModel(chosen=self.chosen, file=file, board=self.board)
        if self.chosen.local == NONE:
            self.layout.model.unlink(missing_ok=True)
            return None
        file.head = self.head(source="bundled", name=TOY.name)
        return Keeper(part=Local(model=self, file=file).part(), board=self.board, nursery=self.nursery)

    @staticmethod
    def head(*, source: str, name: str) -> dict[str, Any]:
        """What the product's file says of the model itself."""
        toy = source == "bundled"
        length = TOY.context_length if toy else served(name).context_length or None
        dialect = TOY.dialect if toy else served(name).dialect
        return {"name": name, "source": source, "is_toy": toy, "context_length": length, "dialect": dialect}


@dataclass(kw_only=True)
class Local:
    """vLLM on this machine: with a model of GLMS_MODEL where there is a GPU, else with the packaged one."""

    model: Model
    file: ModelFile
    gpu: bool | None = None
    """None: not looked yet; asking the driver takes seconds, and the page does not wait for it."""
    _listening: Listening | None = field(default=None, repr=False)

    def part(self) -> Part:
        self.file.put(Phase.STOPPED)
        return Part(
            name="model",
            prepare=self._prepare,
            probe=self._probe,
            probe_seconds=0.5,
            longest_pause=LONGEST_PAUSE,
            announce=self._announce,
            explain=_explain,
        )

    @property
    def _venv(self) -> Path:
        return self.model.chosen.venv

    async def _prepare(self, report: Report) -> Launch:
        if self.gpu is None:
            await self._look_for_gpu()
        python = await self._installed(report)
        self._listening = Listening(port=free_port(), key=secrets.token_urlsafe(32))
        self.file.at(url=self._listening.url, key=self._listening.key)
        report("loading")
        processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        if self.gpu:
            argv = gpu_command(python=python, model=served(self.model.chosen.local), listening=self._listening)
            extra = environment(listening=self._listening)
        else:
            argv = bundled_command(venv=self._venv, model=TOY, listening=self._listening)
            extra = bundled_environment(venv=self._venv, processors=processors, listening=self._listening)
        return Launch(argv=argv, environment=self._environment(extra), folder=self.model.layout.home, nice=NICE)

    async def _look_for_gpu(self) -> None:
        self.gpu = False
        if program := shutil.which("nvidia-smi"):
            launch = Launch(argv=(program, "-L"), environment=self.model.inherited, folder=self.model.layout.home)
            status, child = await self.model.nursery.complete(name="gpu", launch=launch, log="gpu")
            self.gpu = status == 0 and any(line.startswith("GPU ") for line in child.last_words())
        if self.gpu:
            self.file.head = self.model.head(source="local", name=self.model.chosen.local)

    def _environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """Ours without our secrets; the mark by which a later start finds it stays."""
        kept = {name: value for name, value in self.model.inherited.items() if not OURS.match(name)}
        return {**kept, "GLMS_INSTANCE": self.model.layout.identity, **extra}

    async def _installed(self, report: Report) -> Path:
        """The interpreter that has vLLM; it is installed first where it is missing. Raises PartError."""
        if self.gpu and (theirs := _vllm_on_the_path()):
            return theirs
        installation = Installation(venv=self._venv, gpu=bool(self.gpu))
        if not installation.is_complete:
            self._announce_installing("")
            progress = asyncio.create_task(self._show_progress(report))
            try:
                status, child = await self.model.nursery.complete(
                    name="model-install", launch=self._installer(), log="model"
                )
            finally:
                progress.cancel()
            if status:
                raise PartError("the model server cannot be installed: " + _explain(child, status))
        return python_of(self._venv)

    def _installer(self) -> Launch:
        gpu = ("--gpu",) if self.gpu else ()
        return Launch(
            argv=(sys.executable, "-u", "-m", "glms.instance.cli", "model", "install", *gpu),
            environment={
                **self.model.inherited,
                "GLMS_INSTANCE": self.model.layout.identity,
                "GLMS_HOME": str(self.model.layout.home),
                "GLMS_MODEL_VENV": str(self._venv),
            },
            folder=PROJECT,
            nice=NICE,
        )

    async def _show_progress(self, report: Report) -> None:
        while True:
            lines = [line for line in tail(self.model.layout.log("model"), lines=20) if not line.startswith("WARNING")]
            line = lines[-1].strip()[:120] if lines else ""
            report(f"installing: {line}")
            self._announce_installing(line)
            await asyncio.sleep(PROGRESS_SECONDS)

    def _announce_installing(self, line: str) -> None:
        self.file.put(Phase.INSTALLING, detail=line)

    async def _probe(self, _child: Child) -> str | None:
        if self._listening is None:
            return None
        wrong = await asyncio.to_thread(health.ask, f"{self._listening.root}/health")
        return (self.model.chosen.local if self.gpu else TOY.title) if wrong is None else None

    def _announce(self, state: State, detail: str) -> None:
        """The product's file follows the part's state."""
        if state is State.READY:
            self.file.put(Phase.READY, detail=detail)
        elif state is State.STOPPED:
            self.file.put(Phase.STOPPED)
        elif state is State.STARTING:
            if not detail.startswith("installing"):
                self.file.put(Phase.LOADING)
        else:
            self.file.put(Phase.FAILED, detail=detail, log_tail=tail(self.model.layout.log("model"), lines=30))


def _explain(child: Child, status: int) -> str:
    """The line of the log that says why: the last error that is not merely a pointer to another."""
    lines = [line for line in child.last_words(lines=200) if not any(empty in line for empty in EMPTY)]
    telling = [line for line in lines if TELLING.search(line)]
    words = (telling or lines or [""])[-1].strip()[-300:]
    return f"{words} (status {status})" if words else f"ended with status {status}"
