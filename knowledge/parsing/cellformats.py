"""How Excel shows a number: as a date, as a percentage, or plainly."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from knowledge.parsing.office import S

Element = Any
DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
"""Built-in formats, those of East Asia included."""
TIMES = frozenset({18, 19, 20, 21, 45, 46, 47})
PERCENT = frozenset({9, 10})
QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')
EPOCH, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001  Excel knows no zones
MOST_DAYS = 2_958_466


@dataclass(frozen=True, kw_only=True)
class Formats:
    """kinds: by style number: `date`, `time`, `percent` or nothing."""

    kinds: Sequence[str]
    epoch: datetime

    @classmethod
    def of(cls, styles: Element | None, *, since_1904: bool) -> "Formats":
        own: dict[str, str] = {}
        kinds: list[str] = []
        if styles is not None:
            own = {one.get("numFmtId", ""): one.get("formatCode", "") for one in styles.iter(f"{S}numFmt")}
            cells = styles.find(f"{S}cellXfs")
            kinds = [_kind(one.get("numFmtId", "0"), own) for one in cells] if cells is not None else []
        return cls(kinds=kinds, epoch=EPOCH_1904 if since_1904 else EPOCH)

    def shown(self, raw: str, style: str) -> str:
        try:
            number = float(raw)
        except ValueError:
            return raw
        is_known = style.isdigit() and len(style) < 7 and int(style) < len(self.kinds)
        kind = self.kinds[int(style)] if is_known else ""
        if kind == "percent":
            return f"{_plain(round(number * 100, 10))}%"
        if kind in {"date", "time"} and 0 <= number < MOST_DAYS:
            return self._moment(number, kind)
        return raw if raw.lstrip("-").isdigit() else _plain(number)

    def _moment(self, number: float, kind: str) -> str:
        moment = self.epoch + timedelta(seconds=round(number * 86_400))
        if kind == "time" and number < 1:
            return f"{moment:%H:%M:%S}".removesuffix(":00")
        if number == int(number):
            return f"{moment:%Y-%m-%d}"
        return f"{moment:%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def _kind(number: str, own: dict[str, str]) -> str:
    if number in own:
        code = QUOTED.sub("", own[number]).lower()
        if re.search(r"[yd]|(?:m(?!.*0))|年|月|日", code) and "general" not in code:
            return "date"
        return "time" if re.search(r"[hs]", code) and "general" not in code else "percent" if "%" in code else ""
    known = int(number) if number.isdigit() and len(number) < 6 else 0
    if known in TIMES:
        return "time"
    return "date" if known in DATES else "percent" if known in PERCENT else ""


def _plain(number: float) -> str:
    """Without the tail that binary fractions have."""
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.15g}"
