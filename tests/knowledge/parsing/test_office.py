"""Word, PowerPoint, Excel and OpenDocument: headings, automatic numbers, tables, values."""

from pathlib import Path

from tests.knowledge import office_files as office
from tests.knowledge.office_files import WORD, paragraph
from tests.knowledge.parsing.reading import read, told

STYLES = (
    f'<w:styles xmlns:w="{WORD}">'
    '<w:style w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style>'
    '<w:style w:styleId="2"><w:name w:val="heading 2"/><w:basedOn w:val="1"/>'
    '<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="5"/></w:numPr></w:pPr></w:style>'
    '<w:style w:styleId="own"><w:name w:val="我的标题"/><w:basedOn w:val="2"/><w:pPr><w:outlineLvl w:val="2"/>'
    '<w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style></w:styles>'
)
NUMBERING = (
    f'<w:numbering xmlns:w="{WORD}"><w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1章"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2"/></w:lvl>'
    "</w:abstractNum>"
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="6"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)


def styled(text: str, style: str) -> str:
    return paragraph(text, properties=f'<w:pStyle w:val="{style}"/>')


def test_word_numbers_its_headings_and_so_do_we(tmp_path: Path) -> None:
    body = "".join((
        styled("总则", "1"), styled("范围", "2"), paragraph("文字。"), styled("定义", "2"), styled("附则", "1"),
        styled("其他", "2"), styled("无编号", "own"),
        paragraph("一项", properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="6"/></w:numPr>'),
    ))  # fmt: skip
    path = office.packed(tmp_path / "a.docx", office.docx(body, styles=STYLES, numbering=NUMBERING))
    assert told(read(path)) == [
        ("heading1", "第一章 总则"),
        ("heading2", "1.1 范围"),
        ("paragraph", "文字。"),
        ("heading2", "1.2 定义"),
        ("heading1", "第二章 附则"),
        ("heading2", "2.1 其他"),
        ("heading3", "无编号"),
        ("list", "- 一项"),
    ]


def test_without_styles_numbers_make_headings(tmp_path: Path) -> None:
    body = paragraph("第一章 总则") + paragraph("一、目的") + paragraph("为了规范管理，制定本办法。")
    assert told(read(office.packed(tmp_path / "a.docx", office.docx(body)))) == [
        ("heading2", "第一章 总则"),
        ("heading4", "一、目的"),
        ("paragraph", "为了规范管理，制定本办法。"),
    ]


BEGINS, WIDE = '<w:vMerge w:val="restart"/>', '<w:gridSpan w:val="2"/>'


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def test_merged_cells_say_in_each_row_what_they_say(tmp_path: Path) -> None:
    table = (
        f"<w:tbl><w:tr>{cell('区域')}{cell('城市')}{cell('人口')}</w:tr>"
        f"<w:tr>{cell('华东', BEGINS)}{cell('上海')}{cell('2400')}</w:tr>"
        f"<w:tr>{cell('', '<w:vMerge/>')}{cell('合计', WIDE)}</w:tr></w:tbl>"
    )
    body = paragraph("前") + table + paragraph("后")
    assert told(read(office.packed(tmp_path / "a.docx", office.docx(body)))) == [
        ("paragraph", "前"),
        ("table", "区域 | 城市 | 人口\n华东 | 上海 | 2400\n华东 | 合计"),
        ("paragraph", "后"),
    ]


def test_word_shows_inserted_text_notes_and_boxes_and_no_deleted_or_hidden_text(tmp_path: Path) -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        f"<w:p><w:ins>{run.format('新增')}</w:ins><w:del><w:r><w:delText>删除</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r>"
        f"<w:r><w:pict><w:txbxContent>{paragraph('框中文字')}</w:txbxContent></w:pict></w:r></w:p>"
        f"<w:sdt><w:sdtContent>{paragraph('控件中的文字')}</w:sdtContent></w:sdt>"
    )
    notes = f'<w:footnotes xmlns:w="{WORD}"><w:footnote w:id="2">{paragraph("脚注文字")}</w:footnote></w:footnotes>'
    parsed = read(office.packed(tmp_path / "a.docx", office.docx(body, footnotes=notes)))
    assert [text for _, text in told(parsed)] == ["新增[2]", "框中文字", "控件中的文字", "[2] 脚注文字"]
    assert parsed.warnings == ("2 characters of hidden text were left out.",)


def test_a_slide_is_a_page_with_its_title_first(tmp_path: Path) -> None:
    first = office.shape("右", x=5_000_000, y=1_000_000) + office.shape("左", y=1_000_000)
    first += office.shape("标题", kind="title", y=4_000_000) + office.shape("7", kind="sldNum")
    table = (
        '<p:graphicFrame><a:tbl xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:tr><a:tc><a:p><a:r>'
        "<a:t>a</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r><a:t>b</a:t></a:r></a:p></a:tc></a:tr></a:tbl></p:graphicFrame>"
    )
    parsed = read(office.packed(tmp_path / "a.pptx", office.pptx(first, table)))
    assert told(parsed) == [("heading1", "标题"), ("paragraph", "左"), ("paragraph", "右"), ("table", "a | b")]
    assert [block.page for block in parsed.blocks] == [1, 1, 1, 2]
    assert [(page.number, parsed.text[page.start : page.end]) for page in parsed.pages] == [
        (1, "标题\n\n左\n\n右"),
        (2, "a | b"),
    ]


STYLES_OF_CELLS = (
    '<numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts><cellXfs>'
    '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="10"/><xf numFmtId="170"/><xf numFmtId="22"/></cellXfs>'
)
STRINGS = ("季度报告", "日期", "金额", "比例", "备注", "一|二", "另一张表", "值")


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def string(place: str, text: str) -> str:
    return f'<c r="{place}" t="s"><v>{STRINGS.index(text)}</v></c>'


def number(place: str, value: str, *, style: int = 0) -> str:
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


def test_sheets_are_tables_of_what_they_show(tmp_path: Path) -> None:
    rows = "".join((
        row(1, string("A1", "季度报告")),
        row(2, *(string(f"{column}2", text) for column, text in zip("ABCD", STRINGS[1:5], strict=True))),
        row(
            3, number("A3", "44986", style=1), number("B3", "1200.5"), number("C3", "0.125", style=2),
            string("D3", "一|二"),
        ),
        row(4, number("A4", "45017.354166666664", style=4), number("B4", "0.1000000000000000055"), number("D4", "3")),
        row(5, number("A5", "45017", style=3), '<c r="B5" t="b"><v>1</v></c>', '<c r="C5" t="e"><v>#N/A</v></c>'),
        row(7, string("A7", "另一张表"), string("B7", "值")),
        row(8, '<c r="A8" t="inlineStr"><is><t>x</t></is></c>', '<c r="B8"><f>1+1</f><v>2</v></c>'),
    ))  # fmt: skip
    shared = "".join(f"<si><t>{text}</t></si>" for text in STRINGS)
    parts = office.xlsx(f"<sheetData>{rows}</sheetData>", shared=shared, styles=STYLES_OF_CELLS)
    assert told(read(office.packed(tmp_path / "a.xlsx", parts))) == [
        ("heading1", "表一"),
        ("paragraph", "季度报告"),
        (
            "table",
            "日期 | 金额 | 比例 | 备注\n2023-03-01 | 1200.5 | 12.5% | 一\\|二\n"
            "2023-04-01 08:30 | 0.1 |  | 3\n2023-04-01 | TRUE | #N/A",
        ),
        ("table", "另一张表 | 值\nx | 2"),
    ]


def test_open_document_has_headings_lists_and_tables(tmp_path: Path) -> None:
    content = (
        '<text:h text:outline-level="2">标题</text:h><text:p>文字<text:s/>更多<text:line-break/>新行</text:p>'
        "<text:list><text:list-item><text:p>甲</text:p></text:list-item></text:list>"
        '<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell '
        'table:number-columns-repeated="2"><text:p>b</text:p></table:table-cell></table:table-row></table:table>'
    )
    assert told(read(office.packed(tmp_path / "a.odt", office.odt(content)))) == [
        ("heading2", "标题"),
        ("paragraph", "文字 更多\n新行"),
        ("list", "- 甲"),
        ("table", "a | b | b"),
    ]
