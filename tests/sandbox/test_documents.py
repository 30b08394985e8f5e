"""Files read in the sandbox: what comes out, what ends them, and that nothing of them stays."""

import asyncio
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

from glms.sandbox.client import NoSandbox
from glms.sandbox.parsing import page_image_in_sandbox, parse_in_sandbox
from knowledge.errors import ParseError
from knowledge.parsing.limits import Limits
from tests.support.sandbox import Sandboxd


def pdf(path: Path, *, pages: int = 2) -> Path:
    canvas = Canvas(str(path))
    for number in range(1, pages + 1):
        canvas.drawString(72, 720, f"Page {number} tells of apples.")
        canvas.showPage()
    canvas.save()
    return path


async def test_a_document_comes_out_as_text_with_its_places(box: Sandboxd, tmp_path: Path) -> None:
    file = pdf(tmp_path / "apples.pdf")
    parsed = await parse_in_sandbox(socket=box.client.socket, file=file, name="apples.pdf")
    assert [parsed.text[block.start : block.end] for block in parsed.blocks] == [
        "Page 1 tells of apples.",
        "Page 2 tells of apples.",
    ]
    assert [block.page for block in parsed.blocks] == [1, 2]
    left, top, right, bottom = parsed.blocks[0].box or (0, 0, 0, 0)
    assert 0.1 < left < right < 0.6
    assert 0.1 < top < bottom < 0.2


async def test_a_page_comes_out_as_a_picture(box: Sandboxd, tmp_path: Path) -> None:
    file = pdf(tmp_path / "apples.pdf")
    picture = await page_image_in_sandbox(socket=box.client.socket, file=file, page=2, width=300)
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == 300
    with pytest.raises(ParseError, match="no_such_page"):
        await page_image_in_sandbox(socket=box.client.socket, file=file, page=3, width=300)


def chinese_font() -> str:
    """A font of this machine, as the tests of the browser need it too."""
    told = subprocess.run(["fc-list", ":lang=zh", "file"], capture_output=True, text=True, check=True).stdout
    return sorted(told.split("\n"), key=lambda line: ("Sans" not in line, "Regular" not in line))[0].split(":")[0]


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="OCR is not installed")
async def test_a_chinese_scan_is_read_by_ocr(box: Sandboxd, tmp_path: Path) -> None:
    font = ImageFont.truetype(chinese_font(), 48)
    picture = Image.new("L", (1240, 900), 255)
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(("港口的早晨十分安静", "船只静静地停在水面上")):
        draw.text((150, 150 + number * 90), line, fill=0, font=font)
    picture.save(tmp_path / "scan.pdf", "PDF", resolution=150)
    parsed = await parse_in_sandbox(socket=box.client.socket, file=tmp_path / "scan.pdf", name="scan.pdf")
    assert "港口的早晨十分安静船只静静地停在水面上" in parsed.text.replace("\n\n", "")
    assert parsed.blocks[0].page == 1
    left, top, *_ = parsed.blocks[0].box or (0, 0, 0, 0)
    assert 0.08 < left < 0.2
    assert 0.1 < top < 0.25


async def test_a_file_of_many_megabytes_goes_through_in_pieces(box: Sandboxd, tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text("第一段文字。\n\n" * 100_000)
    parsed = await parse_in_sandbox(socket=box.client.socket, file=file, name="long.txt")
    assert len(parsed.blocks) == 100_000


async def test_the_faults_of_a_file_are_told_by_code(box: Sandboxd, tmp_path: Path) -> None:
    empty, program = tmp_path / "empty.pdf", tmp_path / "letter.docx"
    empty.touch()
    program.write_bytes(b"MZ" + bytes(4096))
    for file, code in ((empty, "empty_file"), (program, "type_mismatch")):
        with pytest.raises(ParseError) as failed:
            await parse_in_sandbox(socket=box.client.socket, file=file, name=file.name)
        assert failed.value.code == code


async def test_time_ends_a_document(box: Sandboxd, tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text("word " * 8_000_000)
    began = time.monotonic()
    with pytest.raises(ParseError) as failed:
        await parse_in_sandbox(socket=box.client.socket, file=file, name="long.txt", seconds=0.5)
    assert failed.value.code == "took_too_long"
    assert time.monotonic() - began < 20


async def test_a_document_that_is_given_up_ends_its_reader(box: Sandboxd, tmp_path: Path) -> None:
    file = tmp_path / "long.md"
    file.write_text("# Title\n\n* one *two* [three](x)\n\n" * 300_000)  # which takes far longer than this test waits
    task = asyncio.create_task(parse_in_sandbox(socket=box.client.socket, file=file, name="long.md"))
    await asyncio.sleep(1.0)
    before = {one.pid for one in box.insiders()}
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    for _ in range(50):
        if before - {one.pid for one in box.insiders()}:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the reader goes on without anybody who waits for it")


async def test_many_documents_at_once_all_come_out(box: Sandboxd, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.txt" for number in range(6)]
    for number, file in enumerate(files):
        file.write_text(f"Text number {number}.")
    found = await asyncio.gather(
        *(parse_in_sandbox(socket=box.client.socket, file=file, name=file.name) for file in files)
    )
    assert [parsed.text for parsed in found] == [f"Text number {number}." for number in range(6)]


async def test_limits_are_those_of_the_caller(box: Sandboxd, tmp_path: Path) -> None:
    file = pdf(tmp_path / "many.pdf", pages=5)
    with pytest.raises(ParseError) as failed:
        await parse_in_sandbox(socket=box.client.socket, file=file, name="many.pdf", limits=Limits(pages=4))
    assert failed.value.code == "too_many_pages"


async def test_without_sandboxd_it_is_said_and_no_file_is_blamed(tmp_path: Path) -> None:
    file = pdf(tmp_path / "apples.pdf")
    with pytest.raises(NoSandbox):
        await parse_in_sandbox(socket=tmp_path / "nobody.sock", file=file, name="apples.pdf")
