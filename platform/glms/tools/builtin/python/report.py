"""What the model reads and what people see of a call."""

import json
from collections.abc import Sequence
from typing import Any

from glms.sandbox.client import Run
from glms.tools.builtin.python.exchange import Taken
from glms.tools.builtin.python.remarks import remarks_on
from inference.observations import Artefact, Observation
from inference.text import clean, shortened

MODEL_CHARACTERS = 16_000
VIEW_CHARACTERS = 100_000
LEAST_CHARACTERS = 1000
"""Of each output that people see, when the others have taken all the room."""
PICTURE = "[Image]"
NOTHING = "The code ran and showed nothing."


def observation(*, code: str, run: Run, taken: Taken, notes: Sequence[str]) -> Observation:
    """The result of one call."""
    endings, more = remarks_on(run, code=code)
    notes = [*more, *notes]
    parts = [_for_model(output) for output in run.outputs]
    shown = shortened("\n".join(part.rstrip("\n") for part in parts if part), MODEL_CHARACTERS)
    files = [f"Files for the user: {', '.join(file.name for file in taken.files)}"] if taken.files else []
    text = "\n".join(part for part in (shown or ("" if endings else NOTHING), *endings, *notes, *files) if part)
    pictures = tuple(file for file in taken.pictures.values() if file is not None)
    view = {
        "kind": "python",
        "code": clean(code),
        "outputs": view_outputs(run, taken),
        "ended": run.ended,
        "variables_lost": run.variables_lost,
        "notes": [clean(note) for note in notes],
    }
    return Observation(
        text=clean(text),
        metadata="interpreter",
        view=view,
        artefacts=(*pictures, *taken.files),
        failed=run.ended is not None or any(output["type"] == "error" for output in run.outputs),
    )


def _for_model(output: dict[str, Any]) -> str:
    match output["type"]:
        case "error":
            return str(output["traceback"] or f"{output['name']}: {output['message']}")
        case "image":
            return PICTURE
        case _:
            return str(output["text"])


def view_outputs(run: Run, taken: Taken) -> list[dict[str, Any]]:
    """For people: text, errors, tables as cells, pictures as artefacts; never HTML, and never more than there is room.

    What code shows is foreign: it may be a thousand tables as well as a thousand lines.
    """
    room = VIEW_CHARACTERS
    shown: list[dict[str, Any]] = []
    for number, output in enumerate(run.outputs):
        least = max(room, LEAST_CHARACTERS)
        match output["type"]:
            case "error":
                told = {name: shortened(clean(output[name]), least) for name in ("name", "message", "traceback")}
                one = {"type": "error", **told}
            case "table":
                one = _table(output, least)
            case "image":
                one = _picture(taken.pictures.get(number))
            case _:
                one = {"type": "text", "text": shortened(clean(output["text"]), least)}
        room -= len(json.dumps(one))
        shown.append(one)
    return shown


def _table(output: dict[str, Any], room: int) -> dict[str, Any]:
    """As many rows as there is room for."""
    rows, left = [], room - len(json.dumps(output["columns"]))
    for row in output["rows"]:
        left -= len(json.dumps(row))
        if left < 0:
            break
        rows.append(row)
    if not rows and output["rows"]:
        return {"type": "text", "text": shortened(clean(output["text"]), room)}
    told = {name: output[name] for name in ("columns", "shape")}
    return {"type": "table", **told, "rows": rows, "truncated": output["truncated"] or len(rows) < len(output["rows"])}


def _picture(file: Artefact | None) -> dict[str, Any]:
    if file is None:
        return {"type": "text", "text": "[A picture could not be kept.]"}
    return {"type": "image", "id": file.id, "name": file.name, "media_type": file.media_type}
