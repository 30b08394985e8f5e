"""What is made of output: neutral, clipped, and quickly, whatever code writes or forges."""

import base64
import time
from typing import Any

import pytest

from glms.sandbox.limits import MIB, Limits
from glms.sandbox.transcript import MOST_MARKS, Transcript, plain

LIMITS = Limits()
NONCE = "abc"


def fed(data: bytes, *replies: dict[str, Any]) -> Transcript:
    made = Transcript(nonce=NONCE, limits=LIMITS)
    for reply in replies:
        made.show(reply)
    for start in range(0, len(data), 1 << 16):
        made.feed(data[start : start + (1 << 16)])
    return made


def mark(number: int) -> bytes:
    return f"\0{NONCE}:{number}\0".encode()


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("10%\r50%\r100%\ndone", "100%\ndone"),
        ("a\r\nb", "a\nb"),
        ("kept\r", "kept\n"),
        ("\rfirst", "first"),
        ("\x1b[31mred\x1b[0m\x1b]0;title\x07", "red"),
        ("a\u202eb\u2066c\x00\x07", "abc"),
    ],
)
def test_text_is_as_a_terminal_would_have_left_it_without_commands(written: str, seen: str) -> None:
    assert plain(written) == seen


@pytest.mark.parametrize("unit", ["A", "\r", "A\r", "\x1b[", "\x1b]", "\x1b[0;", "\x1b[1 ", "\n", "\x00", "\x1b"])
def test_a_megabyte_of_anything_is_cleaned_within_a_second(unit: str) -> None:
    began = time.process_time()
    plain(unit * (MIB // len(unit)))
    assert time.process_time() - began < 1


def test_marks_place_what_is_shown_and_leave_no_trace() -> None:
    made = fed(b"one" + mark(1) + b"two" + mark(2), {"at": 1, "value": {"text/plain": "42"}}, {"at": 7})
    assert [(output["type"], output["text"]) for output in made.outputs()] == [
        ("text", "one"),
        ("value", "42"),
        ("text", "two"),
    ]
    assert made.highest_mark == 2


def test_forged_marks_count_as_output_and_are_not_all_kept() -> None:
    made = fed(b"".join(map(mark, range(1, MOST_MARKS + 5000))))
    assert made.is_too_long
    assert len(made.outputs()) == 0
    assert fed(mark(1) * 3_000_000).is_too_long


def test_forged_replies_are_cut_to_what_is_shown() -> None:
    replies = [{"at": n, "display": {"text/plain": "x" * MIB}} for n in range(300)]
    huge = {"columns": ["c"] * 10_000, "rows": [["v" * 10_000] * 10_000] * 2000, "shape": "x"}
    table = {"at": 1000, "display": {"application/x-glms-table": huge, "text/plain": ["no", "text"]}}
    outputs = fed(b"", table, *replies).outputs()
    assert len(outputs) == 100
    assert sum(len(str(output)) for output in outputs) < 10 * MIB


@pytest.mark.parametrize(
    "reply",
    [
        {"at": "1", "display": {"text/plain": "x"}},
        {"at": 1, "display": "text"},
        {"at": 1, "display": {"application/x-glms-table": {"columns": 5, "rows": {"a": 1}, "shape": 7}}},
        {"at": 1, "error": {"name": ["x"], "message": {"a": 1}, "traceback": 5}},
        {"at": 1, "display": {"image/png": 5}},
        {"at": [1]},
    ],
)
def test_a_reply_of_another_form_does_no_harm(reply: dict[str, Any]) -> None:
    for output in fed(mark(1), reply).outputs():
        assert all(isinstance(output.get(name, ""), str) for name in ("text", "name", "message", "traceback"))


def test_only_pictures_values_tables_and_text_come_out() -> None:
    told = {"text/html": "<b>", "image/svg+xml": "<svg>", "application/javascript": "x", "text/plain": "seen"}
    assert fed(mark(1), {"at": 1, "display": told}).outputs() == [{"type": "text", "text": "seen"}]


def test_pictures_have_a_size_and_a_number() -> None:
    small = base64.b64encode(b"\x89PNG").decode()
    large = "A" * (8 * MIB)
    replies = [{"at": n, "display": {"image/png": small if n % 2 else large}} for n in range(60)]
    outputs = fed(b"".join(map(mark, range(60))), *replies).outputs()
    assert [output["type"] for output in outputs].count("image") <= LIMITS.pictures
    assert sum(len(str(output)) for output in outputs) < MIB
