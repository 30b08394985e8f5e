"""Each bad file ends as it must: in the sandbox, within its limits, and the next file is read."""

import http.server
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from glms.sandbox.parsing import page_image_in_sandbox, parse_in_sandbox
from knowledge.chunking import Chunking, chunk
from knowledge.errors import ParseError
from tests.knowledge import pdf_files
from tests.knowledge.bad_files import office_xml, packed, pdfs, texts
from tests.knowledge.bad_files.cases import PARSED, Case
from tests.support.sandbox import Sandboxd

SECONDS = 120.0
CASES = [*packed.CASES, *office_xml.CASES, *pdfs.CASES, *texts.CASES]


async def ending(box: Sandboxd, case: Case, folder: Path) -> tuple[str, str]:
    """How the file ends, and the text that comes out."""
    file = folder / "file"
    case.make(file)
    try:
        parsed = await parse_in_sandbox(socket=box.client.socket, file=file, name=case.name, seconds=SECONDS)
    except ParseError as error:
        return error.code, error.message
    text = parsed.text
    text.encode()
    assert "\0" not in text
    assert chunk(parsed, Chunking())
    return PARSED, f"{text}\n{' '.join(parsed.warnings)}"


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_a_bad_file_ends_as_it_must(box: Sandboxd, case: Case, tmp_path: Path) -> None:
    code, text = await ending(box, case, tmp_path)
    assert code in case.ends, text
    if code == PARSED:
        assert case.says in text
    else:
        assert 10 < len(text) < 300, "a sentence for people"
    assert not case.never or case.never not in text


async def test_no_file_makes_its_reader_ask_an_address(box: Sandboxd, tmp_path: Path, heard: list[str]) -> None:
    port = heard.pop()
    for number, case in enumerate(office_xml.http_files(f"http://127.0.0.1:{port}")):
        folder = tmp_path / str(number)
        folder.mkdir()
        code, text = await ending(box, case, folder)
        assert code in case.ends, (case.name, text)
        assert case.says in text
        assert not case.never or case.never not in text
    assert heard == []


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What a server of this machine was asked; its port is the first entry."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    asked.append(str(server.server_port))
    yield asked
    server.shutdown()
    server.server_close()


async def test_hidden_text_is_told_of(box: Sandboxd, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(texts.HIDDEN)
    parsed = await parse_in_sandbox(socket=box.client.socket, file=file, name="page.html")
    assert any("cannot see" in warning for warning in parsed.warnings)


async def test_a_page_too_large_to_be_drawn_is_refused(box: Sandboxd, tmp_path: Path) -> None:
    file = tmp_path / "tall.pdf"
    pdf_files.one_page(file, pdf_files.stream(pdf_files.words()), box="0 0 100 10000000")
    with pytest.raises(ParseError) as failed:
        await page_image_in_sandbox(socket=box.client.socket, file=file, page=1, width=1000)
    assert failed.value.code == "image_too_large"


async def test_after_all_of_that_a_good_file_is_read(box: Sandboxd, tmp_path: Path) -> None:
    file = tmp_path / "good.txt"
    file.write_text("Good words.")
    began = time.monotonic()
    parsed = await parse_in_sandbox(socket=box.client.socket, file=file, name="good.txt")
    assert parsed.text == "Good words."
    assert time.monotonic() - began < 30
