"""CSV and its relatives: one table, or pairs of questions and answers."""

import csv
from collections.abc import Iterable
from pathlib import Path

from knowledge.documents import Parsed
from knowledge.errors import ParseError
from knowledge.parsing import plain
from knowledge.parsing.building import Building
from knowledge.parsing.limits import Limits

MEDIA_TYPE = "text/csv"
DELIMITERS = ",;\t|"
SAMPLE_LINES = 50
LONGEST_FIELD = 1 << 20


def read(path: Path, *, name: str, limits: Limits) -> Parsed:
    decoded = plain.text_of(path, limits)
    building = plain.begin(decoded, media_type=MEDIA_TYPE, limits=limits)
    text = decoded.text.replace("\0", "")
    delimiter = "\t" if name.lower().endswith(".tsv") else _delimiter(text)
    if text.startswith("sep="):
        delimiter = text[4:5]
        text = text.partition("\n")[2]
    rows = _rows(text, delimiter=delimiter, limits=limits)
    _warn_of_lengths(building, rows)
    building.table(rows)
    return building.done()


def _delimiter(text: str) -> str:
    """The one that divides the most of the first lines into equally many cells, more than one."""
    lines = [line for line in text[:100_000].splitlines()[:SAMPLE_LINES] if line.strip()]

    def agreement(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines]
        most = max((count for count in counts if count), key=counts.count, default=0)
        return counts.count(most) if most else 0, most

    return max(DELIMITERS, key=agreement)


def _rows(text: str, *, delimiter: str, limits: Limits) -> list[list[str]]:
    csv.field_size_limit(LONGEST_FIELD)
    try:
        return _read(text, delimiter=delimiter, limits=limits, is_strict=True)
    except csv.Error as error:
        if "expected after" not in str(error):
            raise _malformed(error) from error
    try:  # quotes within a cell that are not doubled: common, and clear enough
        return _read(text, delimiter=delimiter, limits=limits, is_strict=False)
    except csv.Error as error:
        raise _malformed(error) from error


def _malformed(error: csv.Error) -> ParseError:
    return ParseError("malformed_csv", f"The table cannot be read: {error}. Perhaps a quotation mark is not closed.")


def _read(text: str, *, delimiter: str, limits: Limits, is_strict: bool) -> list[list[str]]:
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=is_strict)
    rows = []
    for row in reader:
        if len(row) > limits.columns:
            raise ParseError("csv_too_wide", f"Line {reader.line_num} has more than {limits.columns:,} columns.")
        rows.append(row)
    return rows


def _lines(text: str) -> Iterable[str]:
    """Lines with their ends, one after the other: a list of them would hold the text twice."""
    text = plain.lines_of(text) if "\r" in text else text
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _warn_of_lengths(building: Building, rows: list[list[str]]) -> None:
    if rows and (odd := sum(1 for row in rows if row and len(row) != len(rows[0]))):
        building.warn(f"{odd} rows have more or fewer cells than the first one.")
