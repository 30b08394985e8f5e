"""Pieces: exact places in the document, nothing lost, sizes kept."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.chunking import Chunking, Piece, chunk
from knowledge.documents import Parsed
from knowledge.parsing.building import Building
from knowledge.parsing.limits import Limits
from knowledge.tokens import count_tokens

WORDS = st.sampled_from(
    ["知识库", "检索", "the", "model", "第三季度收入", "answer.", "增长了。", "12.5%", "e.g.", "A", "——", "🙂"]
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=60).map(" ".join)
TEXTS = st.one_of(SENTENCES, SENTENCES.map(lambda text: text.replace(" ", "")), st.text(min_size=1, max_size=200))
ROWS = st.lists(st.lists(WORDS, min_size=2, max_size=4), min_size=1, max_size=30)
BLOCKS = st.one_of(
    st.tuples(st.just("heading"), st.tuples(WORDS, st.integers(1, 5))),
    st.tuples(st.sampled_from(["paragraph", "list", "code"]), TEXTS),
    st.tuples(st.just("table"), ROWS),
    st.tuples(st.just("qa"), st.tuples(WORDS, SENTENCES)),
)
CHUNKINGS = st.builds(
    Chunking,
    mode=st.sampled_from(["structure", "parent_child", "qa", "separators"]),
    size=st.integers(16, 120),
    overlap=st.integers(0, 60),
    parent_size=st.integers(100, 400),
    separators=st.sampled_from([(), ("\\n\\n",), ("。", "\\n")]),
)


def document(parts: list[tuple[str, object]]) -> Parsed:
    building = Building(media_type="text/plain", limits=Limits())
    building.add("paragraph", "开始。")
    for kind, content in parts:
        match kind:
            case "heading":
                building.heading(content[0], level=content[1])
            case "table":
                building.table([["名称", "值"], *content])
            case "qa":
                building.table([["问题", "答案"], content])
            case _:
                building.add(kind, content)
    return building.done()


def header_of(parsed: Parsed, piece: Piece) -> str:
    table = next(one for one in parsed.blocks if one.kind == "table" and one.start <= piece.start < one.end)
    return parsed.text[table.start : parsed.text.index("\n", table.start)] + "\n"


@settings(max_examples=150, deadline=None)
@given(parts=st.lists(BLOCKS, max_size=25), chunking=CHUNKINGS)
def test_a_piece_is_exactly_its_place_in_the_document(parts, chunking) -> None:
    parsed = document(parts)
    for piece in chunk(parsed, chunking):
        span = parsed.text[piece.start : piece.end]
        assert piece.text == span or piece.text == header_of(parsed, piece) + span
        assert piece.text.strip()


@settings(max_examples=150, deadline=None)
@given(parts=st.lists(BLOCKS, max_size=25), chunking=CHUNKINGS)
def test_no_character_is_lost(parts, chunking) -> None:
    parsed = document(parts)
    pieces = chunk(parsed, chunking)
    told = [character.isspace() for character in parsed.text]
    for piece in pieces:
        told[piece.start : piece.end] = [True] * (piece.end - piece.start)
    known = {heading for piece in pieces for heading in piece.headings} | {piece.question for piece in pieces}
    for block in parsed.blocks:
        line = parsed.text[block.start : block.end].split("\n")[0]
        if line in known and (block.kind == "heading" or chunking.mode == "qa"):
            told[block.start : block.start + len(line)] = [True] * len(line)
    for separator in chunking.separators if chunking.mode == "separators" else ():
        told = [is_told or character in separator for is_told, character in zip(told, parsed.text, strict=True)]
    assert "".join(one for one, is_told in zip(parsed.text, told, strict=True) if not is_told) == ""


@settings(max_examples=100, deadline=None)
@given(parts=st.lists(BLOCKS, max_size=25), chunking=CHUNKINGS)
def test_no_piece_is_much_larger_than_asked(parts, chunking) -> None:
    parsed = document(parts)
    for piece in chunk(parsed, chunking):
        most = chunking.parent_size if chunking.mode == "parent_child" else chunking.size
        if piece.kind != "qa":
            assert count_tokens(piece.text) <= 1.4 * max(most, chunking.size) + 10, piece


@settings(max_examples=100, deadline=None)
@given(parts=st.lists(BLOCKS, max_size=25), chunking=CHUNKINGS)
def test_children_lie_in_their_parent_and_parents_come_first(parts, chunking) -> None:
    pieces = chunk(document(parts), chunking)
    for number, piece in enumerate(pieces):
        if piece.parent is None:
            continue
        parent = pieces[piece.parent]
        assert piece.parent < number
        assert parent.parent is None
        assert parent.start <= piece.start < piece.end <= parent.end


def paragraphs(count: int, *, size: int = 100) -> Parsed:
    building = Building(media_type="text/plain", limits=Limits())
    for number in range(count):
        building.add("paragraph", f"第{number}段。" + "这是一个用来测试的句子，说明分段的规则。" * (size // 15))
    return building.done()


def test_sentences_are_repeated_at_the_beginning_of_the_next_piece() -> None:
    pieces = chunk(paragraphs(8), Chunking(size=200, overlap=40))
    assert len(pieces) > 2
    for before, after in pairwise(pieces):
        assert after.start < before.end, "the next one begins within this one"
        repeated = before.end - after.start
        assert repeated <= 60
        assert before.text.endswith(after.text[:repeated].rstrip())


def test_without_overlap_no_character_is_told_twice() -> None:
    pieces = chunk(paragraphs(8), Chunking(size=200, overlap=0))
    assert all(before.end <= after.start for before, after in pairwise(pieces))


def test_headings_stand_above_their_pieces_and_not_in_them() -> None:
    building = Building(media_type="text/plain", limits=Limits())
    body = "本章说明适用的范围和例外情况。" * 12
    for title, level in (("第一章 总则", 2), ("第一节 范围", 3), ("第二节 例外", 3), ("第二章 附则", 2)):
        building.heading(title, level=level)
        if level == 3 or title.startswith("第二章"):
            building.add("paragraph", body)
    pieces = chunk(building.done(), Chunking(size=150, overlap=0))
    assert [piece.headings for piece in pieces] == [
        ("第一章 总则", "第一节 范围"),
        ("第一章 总则", "第二节 例外"),
        ("第二章 附则",),
    ]
    assert pieces[0].embedded_text.startswith("第一章 总则 > 第一节 范围\n本章说明")


def test_small_sections_share_a_piece_with_their_headings_in_it() -> None:
    building = Building(media_type="text/plain", limits=Limits())
    building.heading("常见问题", level=1)
    for number in range(4):
        building.heading(f"1.{number + 1} 条目", level=2)
        building.add("paragraph", "很短的一句话。")
    (piece,) = chunk(building.done(), Chunking(size=320))
    assert piece.headings == ("常见问题",)
    assert all(f"1.{number} 条目" in piece.text for number in range(1, 5))


def test_a_long_table_is_cut_between_rows_and_its_header_comes_again() -> None:
    building = Building(media_type="text/csv", limits=Limits())
    rows = [[f"城市{number}", str(number * 1000), "2023"] for number in range(200)]
    building.table([["城市", "人口", "年份"], *rows])
    pieces = chunk(building.done(), Chunking(size=100))
    assert len(pieces) > 10
    assert all(piece.text.startswith("城市 | 人口 | 年份\n") for piece in pieces)
    assert [row for piece in pieces for row in piece.text.split("\n")[1:]] == [
        f"城市{number} | {number * 1000} | 2023" for number in range(200)
    ]


def test_a_table_that_fits_is_kept_whole() -> None:
    building = Building(media_type="text/plain", limits=Limits())
    building.add("paragraph", "前面的文字说明了下面的表格。" * 12)
    building.table([["a", "b"], *(["一行", str(number)] for number in range(20))])
    pieces = chunk(building.done(), Chunking(size=180, overlap=0))
    assert [piece.kind for piece in pieces] == ["paragraph", "table"]
    assert pieces[1].text.count("\n") == 20


def test_questions_are_embedded_and_answers_are_told() -> None:
    building = Building(media_type="text/csv", limits=Limits())
    rows = [["怎么退款？", "在订单页申请。\n三天内到账。", "售后"], ["在哪？", "上海。", ""]]
    building.table([["问题", "答案", "分类"], *rows])
    first, second = chunk(building.done(), Chunking(mode="qa"))
    assert (first.question, first.text) == ("怎么退款？", "在订单页申请。\n三天内到账。\n分类: 售后")
    assert first.embedded_text == "怎么退款？"
    assert (second.question, second.text, second.kind) == ("在哪？", "上海。", "qa")


def test_ones_own_separators_cut_and_stay_out() -> None:
    building = Building(media_type="text/plain", limits=Limits())
    building.add("paragraph", "甲===乙乙===丙")
    pieces = chunk(building.done(), Chunking(mode="separators", separators=("===",)))
    assert [piece.text for piece in pieces] == ["甲", "乙乙", "丙"]


def test_pages_and_boxes_go_with_the_pieces() -> None:
    building = Building(media_type="application/pdf", limits=Limits())
    for number in (1, 2):
        building.page(number, width=595, height=842)
        building.add("paragraph", "一段文字。" * 5, box=(0.1, 0.1, 0.9, 0.2))
        building.add("paragraph", "另一段文字。" * 5, box=(0.1, 0.3, 0.9, 0.4))
    (piece,) = chunk(building.done(), Chunking(size=320))
    assert piece.page == 1
    assert piece.boxes == tuple((page, box) for page in (1, 2) for box in ((0.1, 0.1, 0.9, 0.2), (0.1, 0.3, 0.9, 0.4)))


def test_sentences_end_where_they_end_in_both_languages() -> None:
    building = Building(media_type="text/plain", limits=Limits())
    building.add("paragraph", "他说：“好。”然后走了！Dr. Smith paid 3.5 dollars. It was e.g. cheap. 真的？是的")
    pieces = chunk(building.done(), Chunking(size=16, overlap=0))
    text = " ".join(piece.text for piece in pieces)
    assert "Dr. Smith paid 3.5 dollars." in text
    assert "他说：“好。”" in text
    assert all(not piece.text.startswith(("”", "Smith", "5 ")) for piece in pieces)


def test_fifty_megabytes_without_a_space_are_cut_by_length() -> None:
    building = Building(media_type="text/plain", limits=Limits())
    building.add("paragraph", "x" * 5_000_000)
    pieces = chunk(building.done(), Chunking(size=320))
    assert all(count_tokens(piece.text) <= 320 for piece in pieces)
    assert sum(len(piece.text) for piece in pieces) == 5_000_000


def test_a_hundred_thousand_marks_on_one_letter_are_cut() -> None:
    building = Building(media_type="text/plain", limits=Limits())
    building.add("paragraph", "a" + "\u0301" * 100_000)
    assert len(chunk(building.done(), Chunking(size=320))) > 100
