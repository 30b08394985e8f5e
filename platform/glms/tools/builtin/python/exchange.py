"""Files between a conversation and its interpreter: what users gave goes in, what code wrote comes out."""

import base64
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from glms.sandbox.client import Run, SandboxBusy, SandboxClient, SandboxUnavailable
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
        """Put files there that the interpreter has not seen; remarks on those that cannot be.

        Raises SandboxUnavailable, SandboxBusy.
        """
        newest = {inside_name(file.name): file for file in await self.files.listing()}
        if not newest:
            return []
        known = await self.sandbox.tag(self.conversation, {})
        seen = set(known.values())
        notes = []
        for name, file in newest.items():
            # ids sort by age: what code made of a file must not give way to the file it was before
            if name and file.id not in seen and file.id > known.get(name, ""):
                try:
                    await self.sandbox.put(self.conversation, name, await self.files.read(file.id), tag=file.id)
                except (FileRefused, ToolError) as error:
                    notes.append(f"{name} is not in /mnt/data: {error}")
        return notes

    async def take_out(self, run: Run) -> Taken:
        """Keep new and changed files and the plots for the user. What cannot be kept is said, never raised."""
        notes = [f"{run.skipped} files were left out: links, odd names, or more than is kept"] if run.skipped else []
        kept: list[Artefact] = []
        pictures: dict[int, Artefact | None] = {}
        try:
            await self._keep_files(_shown_to_people(run.changed), kept, notes)
            await self._keep_pictures(run, pictures, notes)
        except (SandboxUnavailable, SandboxBusy) as error:
            notes.append(f"Not all that it made could be kept: {error}")
        return Taken(files=tuple(kept), pictures=pictures, notes=tuple(notes))

    async def _keep_files(self, names: Sequence[str], kept: list[Artefact], notes: list[str]) -> None:
        if not names:
            return
        sizes = {file.name: file.size for file in await self.sandbox.listing(self.conversation)}
        room = MOST_BYTES
        for name in names[:MOST_FILES]:
            if (size := sizes.get(name)) is None:
                continue  # other code has removed it meanwhile
            if size > room:
                notes.append(f"{name} stays in /mnt/data only: {MOST_BYTES >> 20} MB are kept for the user per call")
                continue
            try:
                saved = await self.files.save(
                    name.rpartition("/")[2], await self.sandbox.read(self.conversation, name)
                )
            except (FileRefused, ToolError) as error:
                notes.append(f"{name} stays in /mnt/data only: {error}")
                continue
            room -= saved.size
            kept.append(saved)
            await self.sandbox.tag(self.conversation, {name: saved.id})
        if len(names) > MOST_FILES:
            notes.append(f"{len(names) - MOST_FILES} more files stay in /mnt/data only: {MOST_FILES} are kept per call")

    async def _keep_pictures(self, run: Run, pictures: dict[int, Artefact | None], notes: list[str]) -> None:
        drawn = [number for number, output in enumerate(run.outputs) if output["type"] == "image"]
        if not drawn:
            return
        tags = await self.sandbox.tag(self.conversation, {})
        earlier = sum(1 for name in tags if name.startswith(PLOT))
        for count, number in enumerate(drawn, start=earlier + 1):
            try:
                pictures[number] = await self._picture(run.outputs[number], count=count)
            except ToolError as error:
                pictures[number] = None
                notes.append(f"A picture could not be kept: {error}")

    async def _picture(self, output: Mapping[str, Any], *, count: int) -> Artefact:
        """Raises ToolError."""
        data = decoded(output)
        if data is None:
            raise ToolError("it is broken, or too large.")
        name = f"{PLOT}{count}.{'png' if data.startswith(PNG) else 'jpg'}"
        saved = await self.files.save(name, data)
        await self.sandbox.tag(self.conversation, {name: saved.id})
        return saved


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
