"""Texts, Markdown, tables, JSON, code: their blocks."""

import json
from pathlib import Path

import pytest

from knowledge.documents import Parsed
from knowledge.errors import ParseError
from tests.knowledge.parsing.reading import read, told


def test_numbers_make_headings_in_a_plain_chinese_text(tmp_path: Path) -> None:
    text = (
        "第一章 总则\n\n第一节 范围\n\n为了规范管理，制定本办法。\n本办法适用于全部部门。\n\n"
        "一、定义\n\n下列用语的含义如下。\n\n"
        "（一）人员\n\n指全体员工。\n\n1.1 研究目的\n\n目的如下。\n\n1. 打开电源。\n2. 按下按钮。\n3. 等待。\n"
    )
    assert told(read(tmp_path / "a.txt", text)) == [
        ("heading2", "第一章 总则"),
        ("heading3", "第一节 范围"),
        ("paragraph", "为了规范管理，制定本办法。\n本办法适用于全部部门。"),
        ("heading4", "一、定义"),
        ("paragraph", "下列用语的含义如下。"),
        ("heading5", "（一）人员"),
        ("paragraph", "指全体员工。"),
        ("heading4", "1.1 研究目的"),
        ("paragraph", "目的如下。"),
        ("list", "1. 打开电源。"),
        ("list", "2. 按下按钮。"),
        ("list", "3. 等待。"),
    ]


def test_chinese_paragraphs_begin_with_two_empty_squares(tmp_path: Path) -> None:
    text = "题目\n\u3000\u3000第一段的文字，\n还在第一段。\n\u3000\u3000第二段的文字。\n\n另一部分。"
    kinds = told(read(tmp_path / "a.txt", text))
    assert ("paragraph", "第一段的文字，\n还在第一段。") in kinds
    assert ("paragraph", "第二段的文字。") in kinds


def test_no_visible_character_of_a_plain_text_is_lost(tmp_path: Path) -> None:
    text = "A line\twith a tab\x0cand a page.\r\n\r\n- item\r\n- item\r\n\r\n第二章 结论\r\n文字。" * 20
    parsed = read(tmp_path / "a.txt", text)
    assert "".join(parsed.text.split()) == "".join(text.split())


def test_markdown_has_headings_lists_tables_and_code(tmp_path: Path) -> None:
    text = (
        "---\ntitle: 手册\n---\n# 标题 **粗**\n\n文字 [链接](https://example.org)。<!-- 看不见 -->\n\n- 甲\n  1. 乙\n\n"
        "| 名 | 值 |\n|---|---|\n| a | 1 |\n\n```python\ndef f():\n    return 1\n```\n"
    )
    parsed = read(tmp_path / "a.md", text)
    assert parsed.title == "手册"
    assert told(parsed)[1:] == [
        ("heading1", "标题 粗"),
        ("paragraph", "文字 [链接](https://example.org)。"),
        ("list", "- 甲"),
        ("list", "1. 乙"),
        ("table", "名 | 值\na | 1"),
        ("code", "def f():\n    return 1"),
    ]
    assert parsed.warnings


def test_csv_is_a_table_whatever_divides_its_cells(tmp_path: Path) -> None:
    for mark in (",", ";", "\t", "|"):
        parsed = read(tmp_path / "a.csv", f'城市{mark}人口\n"上海{mark}浦东"{mark}"两行\n文字"\n北京{mark}2100\n')
        cell = f"上海{mark}浦东".replace("|", "\\|").replace("\t", " ")
        assert told(parsed) == [("table", f"城市 | 人口\n{cell} | 两行 文字\n北京 | 2100")]


def test_questions_and_answers_are_known_by_their_header(tmp_path: Path) -> None:
    expected = [("qa", "怎么退款？\n在订单页申请。\n三天到账。"), ("qa", "在哪？\n上海。")]
    csv = '问题,答案\n怎么退款？,"在订单页申请。\n三天到账。"\n在哪？,上海。\n'
    assert told(read(tmp_path / "a.csv", csv)) == expected
    pairs = (("怎么退款？", "在订单页申请。\n三天到账。"), ("在哪？", "上海。"))
    records = [{"question": question, "answer": answer} for question, answer in pairs]
    assert told(read(tmp_path / "a.json", json.dumps(records))) == expected


def test_rows_of_other_lengths_are_told_of(tmp_path: Path) -> None:
    parsed = read(tmp_path / "a.csv", "a,b\n1\n1,2,3\n")
    assert parsed.warnings == ("2 rows have more or fewer cells than the first one.",)


def test_json_tells_where_a_value_stands(tmp_path: Path) -> None:
    parsed = read(tmp_path / "a.json", '{"name": "甲", "sizes": [{"w": 1.50, "h": 12345678901234567890}], "on": true}')
    assert told(parsed) == [
        ("paragraph", "name: 甲"),
        ("heading1", "sizes"),
        ("paragraph", "w: 1.50\nh: 12345678901234567890"),
        ("paragraph", "on: true"),
    ]


def test_a_fault_in_json_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(ParseError, match="line 2, column 3"):
        read(tmp_path / "a.json", '{"a": 1,\n  b: 2}')


def test_a_notebook_is_text_and_code(tmp_path: Path) -> None:
    text = (
        '{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": ["# Title\\n", "words"]},'
        ' {"cell_type": "code", "source": "x = 1", "outputs": []}]}'
    )
    kinds = told(read(tmp_path / "a.ipynb", text))
    assert kinds == [("heading1", "Title"), ("paragraph", "words"), ("code", "x = 1")]


def test_code_is_cut_between_definitions_and_keeps_its_form(tmp_path: Path) -> None:
    text = "import os\n\n\ndef one():\n    if x:\n\n        return 1\n\n\nclass Two:\n    pass\n"
    assert told(read(tmp_path / "a.py", text)) == [
        ("code", "import os"),
        ("code", "def one():\n    if x:\n\n        return 1"),
        ("code", "class Two:\n    pass"),
    ]


def test_what_comes_out_is_told_and_read_back_as_json(tmp_path: Path) -> None:
    text = "# 标题\n\n文字\ud83d 🙂\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    parsed = read(tmp_path / "a.md", text.encode("utf-8", "replace"))
    assert Parsed.from_json(parsed.to_json()) == parsed


@pytest.mark.parametrize(
    "told_falsely",
    [
        b"[]", b"{}", b"\xff", b'{"text": 1}',
        b'{"text":"ab","blocks":[["paragraph",0,3,0,null,null]],"pages":[],"title":"","media_type":"","encoding":"","warnings":[]}',
        b'{"text":"ab","blocks":[["paragraph",1,2,0,null,null],["paragraph",0,1,0,null,null]],"pages":[],"title":"",'
        b'"media_type":"","encoding":"","warnings":[]}',
        b'{"text":"ab","blocks":[["script",0,1,0,null,null]],"pages":[],"title":"","media_type":"","encoding":"","warnings":[]}',
        b'{"text":"a\\u0000","blocks":[],"pages":[],"title":"","media_type":"","encoding":"","warnings":[]}',
        b'{"text":"a\\ud800","blocks":[],"pages":[],"title":"","media_type":"","encoding":"","warnings":[]}',
    ],
)  # fmt: skip
def test_a_result_that_cannot_be_is_refused(told_falsely: bytes) -> None:
    with pytest.raises(ParseError, match="malformed_result"):
        Parsed.from_json(told_falsely)
