"""HTML and EPUB: what a reader sees."""

from pathlib import Path

from knowledge.parsing import parse
from tests.knowledge import office_files as office
from tests.knowledge.parsing.reading import read, told

PAGE = """<!DOCTYPE html><html><head><title>说明</title><style>.gone{display:none}</style></head><body>
<nav><a href="/">首页</a></nav><h1>第一部分</h1><p>文字 <b>粗体</b>，
换行。</p><ul><li>甲<ol><li>乙</li><li>丙</li></ol></li></ul><table><tr><th>名</th><th>值</th></tr>
<tr><td>a</td><td>1<br>2</td></tr></table><pre>code
  two</pre><div class="gone">看不见</div><footer>版权</footer></body></html>"""


def test_a_page_has_headings_lists_tables_and_code(tmp_path: Path) -> None:
    parsed = read(tmp_path / "a.html", PAGE)
    assert parsed.title == "说明"
    assert told(parsed) == [
        ("heading1", "第一部分"),
        ("paragraph", "文字 粗体， 换行。"),
        ("list", "- 甲"),
        ("list", "1. 乙"),
        ("list", "2. 丙"),
        ("table", "名 | 值\na | 1 2"),
        ("code", "code\n  two"),
    ]


def test_the_main_part_of_a_page_is_enough(tmp_path: Path) -> None:
    body = "正文的文字。" * 60
    parsed = read(tmp_path / "a.html", f"<body><div>周围的文字</div><main><p>{body}</p></main><div>更多</div></body>")
    assert told(parsed) == [("paragraph", body)]


def test_a_page_is_read_in_the_encoding_that_it_names(tmp_path: Path) -> None:
    page = '<html><head><meta charset="gb2312"></head><body><p>价</p></body></html>'
    assert told(read(tmp_path / "a.html", page.encode("gbk"))) == [("paragraph", "价")]
    lie = '<html><head><meta charset="gb2312"></head><body><p>其实是另一种编码的文字。</p></body></html>'
    assert told(read(tmp_path / "a.html", lie.encode())) == [("paragraph", "其实是另一种编码的文字。")]


def test_a_page_without_a_name_is_known_by_its_type(tmp_path: Path) -> None:
    (tmp_path / "page").write_text("<p>words</p>")
    parsed = parse(tmp_path / "page", name="https://example.org", media_type="text/html")
    assert told(parsed) == [("paragraph", "words")]


def test_tables_that_only_lay_out_a_page_are_no_tables(tmp_path: Path) -> None:
    page = "<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td><td><p>words</p></td></tr></table>"
    assert told(read(tmp_path / "a.html", page)) == [("table", "a | b"), ("paragraph", "words")]


def test_a_book_is_read_chapter_by_chapter(tmp_path: Path) -> None:
    path = office.packed(tmp_path / "a.epub", office.epub("<h1>一</h1><p>甲</p>", "<h1>二</h1><p>乙</p>", title="书名"))
    parsed = read(path)
    assert parsed.title == "书名"
    assert told(parsed) == [("heading1", "一"), ("paragraph", "甲"), ("heading1", "二"), ("paragraph", "乙")]
