"""What the model reads and what people see of a call."""

from collections.abc import Sequence
from typing import Any

from glms.sandbox.client import Run
from glms.tools.builtin.python.exchange import Taken
from inference.observations import Artefact, Observation
from inference.text import clean, shortened

MODEL_CHARACTERS = 16_000
VIEW_CHARACTERS = 100_000
PICTURE = "[Image]"
ENDED = {
    "timeout": "The code was stopped after 60 seconds.",
    "interrupted": "The code was interrupted.",
    "memory": "The code used more memory than is allowed and was stopped.",
    "output": "The code printed too much and was stopped.",
    "crashed": "The interpreter ended unexpectedly.",
}
LOST_NOW = "The interpreter was ended with it: all variables are lost, the files in /mnt/data are kept."
LOST_BEFORE = "Note: the interpreter was new for this call; variables of earlier calls are lost, files are kept."
NO_NETWORK = "Note: there is no network in the interpreter."
NETWORK_WORDS = ("Address family not supported", "name resolution", "Name or service not known", "URLError")
NOTHING = "The code ran and showed nothing."


def observation(*, code: str, run: Run, taken: Taken, notes: Sequence[str]) -> Observation:
    """The result of one call."""
    remarks = [*_remarks(run), *notes]
    parts = [_for_model(output) for output in run.outputs]
    shown = shortened("\n".join(part.rstrip("\n") for part in parts if part), MODEL_CHARACTERS)
    files = [f"Files for the user: {', '.join(file.name for file in taken.files)}"] if taken.files else []
    text = "\n".join(part for part in (shown or ("" if remarks else NOTHING), *remarks, *files) if part)
    pictures = tuple(file for file in taken.pictures.values() if file is not None)
    view = {
        "kind": "python",
        "code": clean(code),
        "outputs": view_outputs(run, taken),
        "ended": run.ended,
        "variables_lost": run.variables_lost,
        "notes": list(notes),
    }
    return Observation(text=clean(text), metadata="interpreter", view=view, artefacts=(*pictures, *taken.files))


def _remarks(run: Run) -> list[str]:
    remarks = []
    killed = run.ended is not None and run.variables_lost
    if run.ended is not None:
        remarks.append(ENDED.get(run.ended, run.ended))
    if run.variables_lost:
        remarks.append(LOST_NOW if killed else LOST_BEFORE)
    said = " ".join(f"{output.get('message', '')} {output.get('text', '')}" for output in run.outputs)
    if any(word in said for word in NETWORK_WORDS):
        remarks.append(NO_NETWORK)
    return remarks


def _for_model(output: dict[str, Any]) -> str:
    match output["type"]:
        case "error":
            return str(output["traceback"] or f"{output['name']}: {output['message']}")
        case "image":
            return PICTURE
        case _:
            return str(output["text"])


def view_outputs(run: Run, taken: Taken) -> list[dict[str, Any]]:
    """For people: text, errors, tables as cells, pictures as artefacts; never HTML."""
    room = VIEW_CHARACTERS
    shown: list[dict[str, Any]] = []
    for number, output in enumerate(run.outputs):
        match output["type"]:
            case "error":
                shown.append({name: clean(output[name]) for name in ("type", "name", "message", "traceback")})
            case "table":
                shown.append({name: output[name] for name in ("type", "columns", "rows", "truncated", "shape")})
            case "image":
                shown.append(_picture(taken.pictures.get(number)))
            case _:
                text = shortened(clean(output["text"]), max(room, 1000))
                room -= len(text)
                shown.append({"type": "text", "text": text})
    return shown


def _picture(file: Artefact | None) -> dict[str, Any]:
    if file is None:
        return {"type": "text", "text": "[A picture could not be kept.]"}
    return {"type": "image", "id": file.id, "name": file.name, "media_type": file.media_type}
