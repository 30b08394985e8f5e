"""Files between a conversation and its interpreter: what users gave goes in, what code wrote comes out."""

import base64
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from glms.sandbox.client import Run, SandboxClient
from glms.sandbox.files import FileRefused, is_proper
from glms.tools.kit import Files
from inference.errors import ToolError
from inference.observations import Artefact

MOST_FILES = 100
MOST_BYTES = 50 << 20
MOST_PIXELS = 50_000_000
PLOT = "plot-"
HIDDEN = (".", "__pycache__")
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What came out of a call. `pictures`: by the number of the output; None: it could not be kept."""

    files: tuple[Artefact, ...] = ()
    pictures: Mapping[int, Artefact | None] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """Between one conversation's files and its /mnt/data."""

    sandbox: SandboxClient
    conversation: str
    files: Files

    async def take_in(self) -> list[str]:
        """Put files there that the interpreter has not seen; remarks on those that cannot be. Raises ToolError."""
        newest = {inside_name(file.name): file for file in await self.files.listing()}
        if not newest:
            return []
        known = await self.sandbox.tag(self.conversation, {})
        notes = []
        for name, file in newest.items():
            if name and known.get(name) != file.id:
                try:
                    await self.sandbox.put(self.conversation, name, await self.files.read(file.id), tag=file.id)
                except FileRefused as error:
                    notes.append(f"{name} is not in /mnt/data: {error}")
        return notes

    async def take_out(self, run: Run) -> Taken:
        """Keep new and changed files and the plots for the user."""
        pictures: dict[int, Artefact | None] = {}
        kept: list[Artefact] = []
        notes: list[str] = []
        for name in _shown_to_people(run.changed)[:MOST_FILES]:
            try:
                data = await self.sandbox.read(self.conversation, name)
                if sum(file.size for file in kept) + len(data) > MOST_BYTES:
                    notes.append(
                        f"{name} stays in /mnt/data only: {MOST_BYTES >> 20} MB are kept for the user per call"
                    )
                    continue
                kept.append(await self.files.save(name.rpartition("/")[2], data))
                await self.sandbox.tag(self.conversation, {name: kept[-1].id})
            except (FileRefused, ToolError) as error:
                notes.append(f"{name} stays in /mnt/data only: {error}")
        drawn = [number for number, output in enumerate(run.outputs) if output["type"] == "image"]
        earlier = await self._plots() if drawn else 0
        for count, number in enumerate(drawn, start=earlier + 1):
            pictures[number] = await self._picture(run.outputs[number], count=count)
        if run.skipped:
            notes.append(f"{run.skipped} files were left out: links, odd names, or more than is kept")
        return Taken(files=tuple(kept), pictures=pictures, notes=tuple(notes))

    async def _picture(self, output: Mapping[str, Any], *, count: int) -> Artefact | None:
        data = decoded(output)
        if data is None:
            return None
        name = f"{PLOT}{count}.{'png' if data.startswith(PNG) else 'jpg'}"
        try:
            saved = await self.files.save(name, data)
        except ToolError:
            return None
        await self.sandbox.tag(self.conversation, {name: saved.id})
        return saved

    async def _plots(self) -> int:
        """How many plots of this conversation there have been."""
        return sum(1 for name in await self.sandbox.tag(self.conversation, {}) if name.startswith(PLOT))


def inside_name(name: str) -> str:
    """What a user's file is called in /mnt/data; empty when it can have no name there."""
    found = name.replace("\\", "/").rpartition("/")[2]
    return found if is_proper(found) else ""


def _shown_to_people(names: list[str]) -> list[str]:
    return [name for name in names if not any(part.startswith(HIDDEN) for part in name.split("/"))]


def decoded(output: Mapping[str, Any]) -> bytes | None:
    """A picture's bytes, when they are a picture of a sound size."""
    try:
        data = base64.b64decode(output["data"], validate=True)
    except ValueError:
        return None
    if data.startswith(PNG) and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return data if 0 < width * height <= MOST_PIXELS else None
    return data if data.startswith(JPEG) else None
