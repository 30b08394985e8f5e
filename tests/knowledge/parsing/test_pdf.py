"""PDF: reading order, headings, tables, places on the page, what scans say."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

from knowledge.errors import ParseError
from knowledge.parsing import ocr, page_image
from knowledge.parsing.limits import Limits
from tests.knowledge import pdf_files
from tests.knowledge.parsing.reading import read, text_of, told

SONG = "STSong-Light"
WORDS = "The harbour was quiet in the morning and the boats lay still upon the water while gulls "
CHINESE = "港口的早晨十分安静船只静静地停在水面上海鸥在空中盘旋"


@pytest.fixture(scope="module", autouse=True)
def _fonts() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))


def drawn(path: Path, *pages: Callable[[Canvas], None]) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return path


def lines(canvas: Canvas, texts: list[str], *, x: float, y: float, font: str = "Helvetica", size: float = 10) -> float:
    canvas.setFont(font, size)
    for text in texts:
        canvas.drawString(x, y, text)
        y -= size * 1.4
    return y


def column(name: str, count: int) -> list[str]:
    return [f"{name}{number} the boats lay still on the water" for number in range(count)]


def test_columns_are_read_one_after_the_other_below_their_title(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, ["A title across both columns of the page, set large"], x=60, y=780, size=18)
        for number in range(20):  # as programs do that draw row by row
            lines(canvas, [column("left", 20)[number]], x=60, y=720 - number * 14)
            lines(canvas, [column("right", 20)[number]], x=310, y=720 - number * 14 - 5)

    parsed = read(drawn(tmp_path / "a.pdf", page))
    assert told(parsed)[0] == ("heading1", "A title across both columns of the page, set large")
    body = parsed.text.split("\n\n", 1)[1]
    assert body.index("left19") < body.index("right0")
    assert "left3 the boats lay still on the water left4" in body.replace("\n", " ")


def test_sizes_and_numbers_make_headings(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        y = lines(canvas, ["第一章 港口"], x=60, y=780, font=SONG, size=20)
        y = lines(canvas, ["1.1 早晨"], x=60, y=y - 10, font=SONG, size=14)
        y = lines(canvas, ["\u3000\u3000" + CHINESE, CHINESE, CHINESE + "。"], x=60, y=y - 5, font=SONG, size=11)
        y = lines(canvas, ["\u3000\u3000" + CHINESE, CHINESE[:10] + "。"], x=60, y=y, font=SONG, size=11)
        y = lines(canvas, ["没有编号的标题"], x=60, y=y - 10, font=SONG, size=14)
        lines(canvas, [CHINESE + "。"], x=60, y=y - 5, font=SONG, size=11)

    assert told(read(drawn(tmp_path / "a.pdf", page))) == [
        ("heading2", "第一章 港口"),
        ("heading4", "1.1 早晨"),
        ("paragraph", CHINESE * 3 + "。"),
        ("paragraph", CHINESE + CHINESE[:10] + "。"),
        ("heading4", "没有编号的标题"),
        ("paragraph", CHINESE + "。"),
    ]


def test_broken_words_and_lines_flow_together(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, [WORDS + "were calm-", "ing down. The sun rose over the", "roofs of the old town."], x=60, y=700)

    assert told(read(drawn(tmp_path / "a.pdf", page))) == [
        ("paragraph", WORDS + "were calming down. The sun rose over the roofs of the old town.")
    ]


ROWS = [
    ["城市", "人口（万）", "说明"],
    ["上海", "2487", "东部的\n港口城市"],
    ["北京", "2189", "首都"],
    ["成都", "2094", ""],
]
TOLD = "城市 | 人口（万） | 说明\n上海 | 2487 | 东部的港口城市\n北京 | 2189 | 首都\n成都 | 2094"


def test_a_ruled_table_is_a_table_among_its_text(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, ["表格之前的文字。"], x=60, y=780, font=SONG)
        style = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), SONG, 10)]
        table = Table(ROWS, colWidths=[100, 100, 160])
        table.setStyle(TableStyle(style))
        table.wrapOn(canvas, 400, 400)
        table.drawOn(canvas, 60, 640)
        lines(canvas, ["表格之后的文字。"], x=60, y=600, font=SONG)

    assert told(read(drawn(tmp_path / "a.pdf", page))) == [
        ("paragraph", "表格之前的文字。"),
        ("table", TOLD),
        ("paragraph", "表格之后的文字。"),
    ]


def test_columns_of_short_cells_are_a_table_without_rules(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, [WORDS], x=60, y=760)
        rows = [["Year", "Region", "Value"], *([str(2000 + year), "East", str(year * 7)] for year in range(6))]
        for number, row in enumerate(rows):
            for x, cell in zip((60, 220, 400), row, strict=True):
                lines(canvas, [cell], x=x, y=720 - number * 16)
        lines(canvas, [WORDS], x=60, y=560)

    kinds = told(read(drawn(tmp_path / "a.pdf", page)))
    assert [kind for kind, _ in kinds] == ["paragraph", "table", "paragraph"]
    assert kinds[1][1].startswith("Year | Region | Value\n2000 | East | 0\n2001 | East | 7")


def test_running_heads_and_page_numbers_are_left_out(tmp_path: Path) -> None:
    def page(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            lines(canvas, ["Annual report 2023"], x=60, y=815, size=9)
            lines(canvas, [f"Page {number} says something of its own here."], x=60, y=700)
            lines(canvas, [f"- {number} -"], x=280, y=30, size=9)

        return draw

    parsed = read(drawn(tmp_path / "a.pdf", *(page(number) for number in range(1, 6))))
    own = [f"Page {number} says something of its own here." for number in range(1, 6)]
    assert [text for _, text in told(parsed)] == own
    assert [block.page for block in parsed.blocks] == [1, 2, 3, 4, 5]


def test_a_box_is_where_the_words_are(tmp_path: Path) -> None:
    width, height = A4

    def page(canvas: Canvas) -> None:
        lines(canvas, ["Here they are."], x=width / 2, y=height / 2, size=20)

    parsed = read(drawn(tmp_path / "a.pdf", page))
    left, top, right, bottom = parsed.blocks[0].box or (0, 0, 0, 0)
    assert left == pytest.approx(0.5, abs=0.01)
    assert top < 0.5 < bottom + 0.001
    assert bottom - top == pytest.approx(20 / height, rel=0.5)
    assert right - left == pytest.approx(pdfmetrics.stringWidth("Here they are.", "Helvetica", 20) / width, rel=0.05)
    assert (parsed.pages[0].width, parsed.pages[0].height) == pytest.approx((width, height), abs=0.5)


def test_turned_pages_have_their_boxes_as_they_are_shown(tmp_path: Path) -> None:
    content = pdf_files.stream(b"BT /F1 12 Tf 20 20 Td (Near the lower left corner as drawn.) Tj ET")
    turned = f"{pdf_files.LETTER}] /Rotate 90 /Annots ["
    parsed = read(pdf_files.one_page(tmp_path / "a.pdf", content, box=turned))
    _, top, right, bottom = parsed.blocks[0].box or (0, 0, 0, 0)
    assert right < 0.1, "turned clockwise, the lower edge is the left one"
    assert top < 0.05
    assert bottom > 0.25
    assert (parsed.pages[0].width, parsed.pages[0].height) == (792, 612)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_text_that_runs_another_way_is_read_in_lines_all_the_same(tmp_path: Path, degrees: int) -> None:
    width, height = A4

    def page(canvas: Canvas) -> None:
        canvas.translate(width / 2, height / 2)
        canvas.rotate(degrees)
        lines(canvas, ["The first line of this page runs another way", "and so does the second one."], x=20, y=0)

    parsed = read(drawn(tmp_path / "a.pdf", page))
    assert told(parsed) == [("paragraph", "The first line of this page runs another way and so does the second one.")]
    left, top, right, bottom = parsed.blocks[0].box or (0, 0, 0, 0)
    assert {90: bottom < 0.5, 180: right < 0.5, 270: top > 0.5}[degrees], "on its side of the middle"
    assert (right - left) * width < (bottom - top) * height or degrees == 180
    assert (parsed.pages[0].width, parsed.pages[0].height) == pytest.approx((width, height), abs=0.5)


def test_a_watermark_comes_last_and_whole(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.translate(150, 300)
        canvas.rotate(45)
        lines(canvas, ["CONFIDENTIAL DRAFT"], x=0, y=0, size=40)
        canvas.restoreState()
        lines(canvas, [WORDS, WORDS], x=60, y=500)

    texts = [text for _, text in told(read(drawn(tmp_path / "a.pdf", page)))]
    assert "".join(texts[-1].split()) == "CONFIDENTIALDRAFT"
    assert "boats" in texts[0]


def test_code_keeps_its_lines(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, ["Type this into a terminal and wait for its answer:"], x=60, y=700)
        lines(canvas, ["$ make install", "$ make run"], x=60, y=670, font="Courier")

    assert told(read(drawn(tmp_path / "a.pdf", page)))[1] == ("code", "$ make install\n$ make run")


def scan(path: Path) -> Path:
    picture = Image.new("L", (1240, 1754), 255)
    ImageDraw.Draw(picture).text((200, 300), "Words upon a scanned page", fill=0, font_size=48)
    picture.save(path, "PDF", resolution=150)
    return path


def test_scans_are_read_by_ocr_or_it_is_said_what_they_need(tmp_path: Path) -> None:
    path = scan(tmp_path / "a.pdf")
    if ocr.find(Limits()) is None:
        with pytest.raises(ParseError) as failed:
            read(path)
        assert failed.value.code == "no_text"
        assert "OCR" in failed.value.message
        return
    parsed = read(path)
    assert "scanned page" in parsed.text
    left, top, right, _ = parsed.blocks[0].box or (0, 0, 0, 0)
    assert 0.1 < left < 0.25
    assert 0.1 < top < 0.25
    assert right > 0.4
    assert "OCR" in parsed.warnings[0]


def test_one_scan_among_pages_of_text_is_told_of(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    Image.new("L", (300, 300), 255).save(picture)

    def image(canvas: Canvas) -> None:
        canvas.drawImage(str(picture), 0, 0, *A4)

    parsed = read(drawn(tmp_path / "a.pdf", lambda canvas: canvas.drawString(60, 700, WORDS), image))
    assert text_of(parsed, parsed.blocks[0]) == WORDS.strip()
    assert "OCR" in parsed.warnings[0]
    assert len(parsed.pages) == 2


def test_a_page_is_drawn_as_wide_as_asked(tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.pdf", lambda canvas: canvas.drawString(60, 700, WORDS))
    data = page_image(path, page=1, width=500)
    (tmp_path / "a.png").write_bytes(data)
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (500, 707)
        assert picture.convert("L").getextrema()[0] < 100, "there is something on it"
