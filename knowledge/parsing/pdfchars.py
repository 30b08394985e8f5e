"""What PDFium knows of a page's characters and ruled lines, as plain values in points from the upper left corner."""

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import atan2, cos, hypot, sin, tau
from typing import Any

import pypdfium2.raw as pdfium

from knowledge.parsing.scripts import SOFT_HYPHEN

DEVICE = 1_000_000
SPACES = frozenset({0, 9, 32, 0xA0, 0x3000})
BREAKS = frozenset({10, 13})
HYPHENS = frozenset({0x02, 0xFFFE})
"""What PDFium gives for a hyphen that a line ends with."""
GAP = 1.4
"""In heights of the line: wider gaps divide columns or cells."""
MOST_SEGMENTS = 4_000
THIN = 2.0
BOLD = 600
BOLD_NAME = re.compile(r"bold|heavy|black|simhei|heiti|\bhei", re.IGNORECASE)
FIXED_NAME = re.compile(r"mono|courier|consol|typewriter|cmtt|lmtt|menlo|fixed", re.IGNORECASE)
FIXED_PITCH = 1
NOT_UPRIGHT = 0.2
"""Radians; what is turned further is a watermark or a label of an axis."""
SAMPLE = 100


@dataclass(slots=True, kw_only=True)
class Run:
    """Characters of one line that stand together. size: of the font, in points."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float = 0.0
    is_bold: bool = False
    is_fixed: bool = False
    is_turned: bool = False

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A drawn line, across or down."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, kw_only=True)
class Space:
    """From the coordinates of a PDF's page to points from the upper left corner, turned so that its text is upright.

    turn: degrees by which that is turned against how the page is shown. width, height: as turned.
    """

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float
    width: float
    height: float
    turn: int = 0

    @classmethod
    def of(cls, page: Any) -> "Space":
        width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        x, y = ctypes.c_int(), ctypes.c_int()

        def shown(px: float, py: float) -> tuple[float, float]:
            pdfium.FPDF_PageToDevice(page, 0, 0, DEVICE, DEVICE, 0, px, py, x, y)
            return x.value / DEVICE * width, y.value / DEVICE * height

        (e, f), (ax, ay), (bx, by) = shown(0, 0), shown(100, 0), shown(0, 100)
        return cls(
            a=(ax - e) / 100, b=(ay - f) / 100, c=(bx - e) / 100, d=(by - f) / 100, e=e, f=f, width=width, height=height
        )

    def direction(self, angle: float) -> int:
        """Degrees, clockwise, by which text of this angle is turned here: 0, 90, 180, 270, or -1 for others."""
        x = self.a * cos(angle) - self.c * sin(angle)  # PDFium counts angles clockwise
        y = self.b * cos(angle) - self.d * sin(angle)
        turned = atan2(y, x) % tau
        nearest = round(turned / (tau / 4))
        return nearest % 4 * 90 if abs(turned - nearest * tau / 4) < NOT_UPRIGHT else -1

    def upright(self, direction: int) -> "Space":
        """Turned so that text of that direction reads from left to right."""
        width, height = self.width, self.height
        match direction:
            case 90:
                return Space(
                    a=self.b, b=-self.a, c=self.d, d=-self.c, e=self.f, f=width - self.e,
                    width=height, height=width, turn=90,
                )  # fmt: skip
            case 180:
                return Space(
                    a=-self.a, b=-self.b, c=-self.c, d=-self.d, e=width - self.e, f=height - self.f,
                    width=width, height=height, turn=180,
                )  # fmt: skip
            case 270:
                return Space(
                    a=-self.b, b=self.a, c=-self.d, d=self.c, e=height - self.f, f=self.e,
                    width=height, height=width, turn=270,
                )  # fmt: skip
        return self

    def shown(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        """Shares of the page as turned to shares of the page as shown."""
        match self.turn:
            case 90:
                return 1 - bottom, left, 1 - top, right
            case 180:
                return 1 - right, 1 - bottom, 1 - left, 1 - top
            case 270:
                return top, 1 - right, bottom, 1 - left
        return left, top, right, bottom

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        x1, y1 = self.a * left + self.c * bottom + self.e, self.b * left + self.d * bottom + self.f
        x2, y2 = self.a * right + self.c * top + self.e, self.b * right + self.d * top + self.f
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def runs(page: Any) -> tuple[list[Run], Space]:
    """The page's characters in the order in which it draws them, and the space in which most of them are upright."""
    space = Space.of(page)
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        return [], space
    try:
        space = space.upright(_direction(text, space))
        return list(_Reader(text, space).runs()), space
    finally:
        pdfium.FPDFText_ClosePage(text)


def _direction(text: Any, space: Space) -> int:
    """That of most characters."""
    count = pdfium.FPDFText_CountChars(text)
    sample = range(0, count, max(1, count // SAMPLE))
    angles = (pdfium.FPDFText_GetCharAngle(text, index) for index in sample)
    seen = Counter(space.direction(angle) for angle in angles if angle >= 0)
    return seen.most_common(1)[0][0] if seen else 0


@dataclass
class _Reader:
    text: Any
    space: Space
    _rect: Any = field(default_factory=pdfium.FS_RECTF)
    _name: Any = field(default_factory=lambda: ctypes.create_string_buffer(128))

    def runs(self) -> Iterator[Run]:
        unicode = pdfium.FPDFText_GetUnicode
        run: Run | None = None
        parts: list[str] = []
        is_apart = False
        for index in range(pdfium.FPDFText_CountChars(self.text)):
            code = unicode(self.text, index)
            if code in SPACES:
                is_apart = True
                continue
            box = None if code in BREAKS else self._box(index)
            if run is not None and (box is None or not _continues(run, box)):
                run.text = "".join(parts)
                yield run
                run = None
            if box is None:
                continue
            if run is None:
                run, parts = self._begun(index, box), []
            else:
                parts.append(" " if is_apart else "")
                _extend(run, box)
            parts.append(SOFT_HYPHEN if code in HYPHENS else chr(code))
            is_apart = False
        if run is not None:
            run.text = "".join(parts)
            yield run

    def _box(self, index: int) -> tuple[float, float, float, float]:
        rect = self._rect
        if not pdfium.FPDFText_GetLooseCharBox(self.text, index, rect):
            return 0.0, 0.0, 0.0, 0.0
        return self.space.box(rect.left, rect.bottom, rect.right, rect.top)

    def _begun(self, index: int, box: tuple[float, float, float, float]) -> Run:
        matrix = pdfium.FS_MATRIX()
        size = pdfium.FPDFText_GetFontSize(self.text, index)
        if pdfium.FPDFText_GetMatrix(self.text, index, matrix):
            size *= hypot(matrix.c, matrix.d)
        left, top, right, bottom = box
        font, is_fixed = self._font(index)
        is_bold = BOLD_NAME.search(font) is not None or pdfium.FPDFText_GetFontWeight(self.text, index) >= BOLD
        return Run(
            text="", left=left, top=top, right=right, bottom=bottom, size=size or bottom - top,
            is_bold=is_bold, is_fixed=is_fixed or FIXED_NAME.search(font) is not None, is_turned=self._is_turned(index),
        )  # fmt: skip

    def _font(self, index: int) -> tuple[str, bool]:
        """Its name, and whether it says that all its signs are of one width."""
        flags = ctypes.c_int()
        length = pdfium.FPDFText_GetFontInfo(self.text, index, self._name, len(self._name), flags)
        name = self._name.raw[: max(0, min(length, len(self._name)) - 1)]
        return name.decode("latin-1"), bool(flags.value & FIXED_PITCH)

    def _is_turned(self, index: int) -> bool:
        angle = pdfium.FPDFText_GetCharAngle(self.text, index)
        return angle >= 0 and self.space.direction(angle) != 0


def _continues(run: Run, box: tuple[float, float, float, float]) -> bool:
    left, top, _, bottom = box
    height = max(run.height, bottom - top, 1.0)
    middle, before = (top + bottom) / 2, (run.top + run.bottom) / 2
    if run.is_turned:
        return left < run.right + height and top < run.bottom + height and run.top < bottom + height
    return abs(middle - before) < 0.6 * height and -2 * height < left - run.right < GAP * height


def _extend(run: Run, box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = box
    run.left, run.right = min(run.left, left), max(run.right, right)
    if bottom - top < 1.6 * run.height or run.height == 0:  # not the odd sign from a font of huge measures
        run.top, run.bottom = min(run.top, top), max(run.bottom, bottom)


def rules(page: Any, space: Space) -> list[Rule]:
    """Straight lines and edges of boxes that the page draws; none where it draws too many to be a table."""
    found: list[Rule] = []
    left = MOST_SEGMENTS
    for index in range(min(pdfium.FPDFPage_CountObjects(page), MOST_SEGMENTS)):
        item = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_PATH:
            left -= max(1, pdfium.FPDFPath_CountSegments(item))
            if left < 0:
                return []
            found += _of_path(item, space)
    return found


def _of_path(item: Any, space: Space) -> Iterator[Rule]:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, mode, stroke)
    if not stroke.value:
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if mode.value and pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            box = space.box(left.value, bottom.value, right.value, top.value)
            if min(box[2] - box[0], box[3] - box[1]) < THIN:
                yield Rule(left=box[0], top=box[1], right=box[2], bottom=box[3])
        return
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, matrix)
    yield from _segments(item, matrix, space)


def _segments(item: Any, matrix: Any, space: Space) -> Iterator[Rule]:
    x, y = ctypes.c_float(), ctypes.c_float()
    before: tuple[float, float] | None = None
    first: tuple[float, float] | None = None
    for number in range(pdfium.FPDFPath_CountSegments(item)):
        segment = pdfium.FPDFPath_GetPathSegment(item, number)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        px = matrix.a * x.value + matrix.c * y.value + matrix.e
        py = matrix.b * x.value + matrix.d * y.value + matrix.f
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            first = (px, py)
        elif kind == pdfium.FPDF_SEGMENT_LINETO and before is not None:
            yield from _edge(before, (px, py), space)
        before = (px, py)
        if pdfium.FPDFPathSegment_GetClose(segment) and first is not None:
            yield from _edge(before, first, space)


def _edge(one: tuple[float, float], other: tuple[float, float], space: Space) -> Iterator[Rule]:
    left, top, right, bottom = space.box(one[0], one[1], other[0], other[1])
    if min(right - left, bottom - top) < THIN < max(right - left, bottom - top):
        yield Rule(left=left, top=top, right=right, bottom=bottom)
