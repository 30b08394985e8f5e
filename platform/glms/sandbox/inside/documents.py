"""One file that somebody uploaded, read by the product's own parsers and by nothing else in the same process."""

import signal
import sys
from pathlib import Path
from typing import Any

LIBRARY = "/opt/product"
"""Where `knowledge` lies inside the sandbox."""
FILE, RESULT = Path("/mnt/data/file"), Path("/mnt/data/result")
MOST_USED = ("knowledge.parsing.pdf", "knowledge.parsing.docx", "knowledge.parsing.web")


class Documents:
    """Parses a file, or draws one of its pages. What slow imports can be made ahead are made before there is a file."""

    def __init__(self, wire: Any) -> None:
        del wire
        sys.path.insert(0, LIBRARY)
        for name in MOST_USED:
            __import__(name)

    def run(self, command: dict[str, Any]) -> dict[str, Any]:
        """The answer is written to a file: it may be large. The reply says only how it went."""
        from knowledge.errors import ParseError  # noqa: PLC0415  found below LIBRARY only

        signal.signal(signal.SIGINT, signal.SIG_DFL)  # given up: the process is of no more use
        try:
            data = self._answer(command)
            FILE.unlink()  # makes room
            RESULT.write_bytes(data)
        except ParseError as error:
            return {"refused": {"code": error.code, "message": error.message}}
        except OSError as error:
            return {"refused": {"code": "too_much_text", "message": f"The text could not be kept: {error.strerror}."}}
        except Exception as error:
            message = f"The file is damaged, or of a form that its reader does not know ({type(error).__name__})."
            return {"refused": {"code": "unreadable", "message": message}}
        return {"size": len(data)}

    def _answer(self, command: dict[str, Any]) -> bytes:
        from knowledge import parsing  # noqa: PLC0415  found below LIBRARY only
        from knowledge.parsing.limits import Limits  # noqa: PLC0415

        if command["task"] == "page":
            return parsing.page_image(FILE, page=command["page"], width=command["width"])
        if command["task"] == "picture":
            return parsing.small_picture(FILE, side=command["side"])
        limits = Limits.from_json(command["limits"])
        parsed = parsing.parse(FILE, name=command["name"], media_type=command["media_type"] or None, limits=limits)
        return parsed.to_json()


