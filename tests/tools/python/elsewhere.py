"""A module of tools whose Python looks for its sandbox where the test says."""

from pathlib import Path

from glms.sandbox.client import SandboxClient
from glms.tools.builtin.python import PythonKit

KITS: list[PythonKit] = []


def place(socket: Path) -> None:
    KITS[:] = [PythonKit(SandboxClient(socket))]
