"""A conversation's interpreter: IPython's shell, with what it shows turned into replies."""

import os
import signal
import sys
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from tables import TABLE, add_table_formatters
from traitlets.config import Config

PICTURES = ("image/png", "image/jpeg")
SHOWN_TYPES = ["text/plain", *PICTURES, TABLE]
PRELOADED = ("numpy", "pandas", "matplotlib.pyplot")
FONT_LIST = "/opt/fonts/fontlist.json"
MOST_TEXT = 64_000
MOST_PICTURE = 7_000_000
"""Characters of base64: 5 MiB."""


class Publisher(DisplayPublisher):
    """What `display(...)` shows."""

    def publish(self, data: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        self.shell.wire.show(display=bundle(data))

    def clear_output(self, wait: bool = False) -> None:  # noqa: FBT001, FBT002  IPython's signature
        """Nothing is taken back."""


class Hook(DisplayHook):
    """The value of the last expression."""

    def write_output_prompt(self) -> None:
        """There are no prompts."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        self.shell.wire.show(value=bundle(format_dict))

    def finish_displayhook(self) -> None:
        """No empty line."""


class Shell(InteractiveShell):
    """IPython without history, colours or prompts."""

    wire: Any = None

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        text = "\n".join(str(line) for line in stb)
        name = getattr(etype, "__name__", str(etype))
        try:
            message = str(evalue)
        except Exception:
            message = ""
        self.wire.show(error={"name": name, "message": message[:2000], "traceback": text[-MOST_TEXT:]})


def bundle(data: dict[str, Any]) -> dict[str, Any]:
    """What is known of a value by type, pictures that are too large left out."""
    kept: dict[str, Any] = {}
    for name in SHOWN_TYPES:
        value = data.get(name)
        if value is None:
            continue
        if name in PICTURES:
            value = picture(value)
        elif name == "text/plain":
            value = str(value)[:MOST_TEXT]
        if value is not None:
            kept[name] = value
    return kept


def picture(value: Any) -> str | None:
    if isinstance(value, bytes):
        import base64  # noqa: PLC0415

        value = base64.b64encode(value).decode()
    return value.replace("\n", "") if isinstance(value, str) and len(value) <= MOST_PICTURE else None


class Notebook:
    """The interpreter of one conversation."""

    def __init__(self, wire: Any) -> None:
        prepare_fonts()
        for name in PRELOADED:
            __import__(name)
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        config.InteractiveShell.xmode = "Context"
        config.InteractiveShell.cache_size = 100
        config.InteractiveShell.history_length = 0
        self._shell = Shell.instance(config=config, display_pub_class=Publisher, displayhook_class=Hook)
        self._shell.wire = wire
        self._shell.display_formatter.active_types = SHOWN_TYPES
        add_table_formatters(self._shell.display_formatter)
        self._shell.user_ns["__name__"] = "__main__"
        __import__("matplotlib_inline.backend_inline")

    def run(self, command: dict[str, Any]) -> dict[str, Any]:
        """Run one piece of code; an interrupt that comes late is ignored."""
        os.environ.pop("PYTHONINSPECT", None)
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            result = self._shell.run_cell(command["code"], store_history=True, silent=False)
        except KeyboardInterrupt:
            return {"interrupted": True}
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        error = result.error_before_exec or result.error_in_exec
        return {"interrupted": isinstance(error, KeyboardInterrupt), "failed": error is not None}


def prepare_fonts() -> None:
    """Matplotlib's list of fonts as it was made at the installation: looking for them takes a second."""
    folder = os.environ["MPLCONFIGDIR"]
    os.makedirs(folder, exist_ok=True)  # noqa: PTH103
    if not os.path.exists(FONT_LIST):  # noqa: PTH110
        return
    import json  # noqa: PLC0415
    import shutil  # noqa: PLC0415

    with open(FONT_LIST) as file:  # noqa: PTH123
        name = f"fontlist-v{json.load(file)['_version']}.json"
    shutil.copyfile(FONT_LIST, os.path.join(folder, name))  # noqa: PTH118
    with open(os.path.join(folder, "matplotlibrc"), "w") as file:  # noqa: PTH118, PTH123
        file.write("font.family: DejaVu Sans, Noto Sans SC, Noto Sans KR\naxes.unicode_minus: False\nfigure.dpi: 100\n")


sys.modules.setdefault("notebook", sys.modules[__name__])
