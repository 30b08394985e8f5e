"""Texts of every encoding that Chinese, Japanese, Korean and European files come in, read rightly."""

import pytest

from knowledge.parsing.encodings import decode

CHINESE = "全球人口在二零零零年至二零二三年间持续增长，年均增长率约为百分之一点二。这是一段文本，有数字123和English。"
RARE = "𠀀𪚥㐀㒨"
TRADITIONAL = "臺灣的夏天很熱，我們常常去海邊游泳。這是一段用來測試的繁體中文文字，包含標點。國家圖書館收藏許多書籍。"
HONG_KONG = "佢哋喺香港食嘢，嗰啲嘢好好味。我哋唔知點解咁多人鍾意呢間茶餐廳㗎。"
JAPANESE = "日本の首都は東京です。これは文字コードの判定をテストするための文章であり、ひらがなと漢字を含みます。"
KOREAN = "대한민국의 수도는 서울입니다. 이것은 문자 인코딩을 시험하기 위한 문장이며 여러 가지 글자를 포함합니다."
FRENCH = "Le café coûte 3 € à l’hôtel près de l’été. C’est déjà vu. Où êtes-vous ? Noël à Paris, garçon!"
RUSSIAN = "Столица России - Москва. Это текст для проверки определения кодировки, он содержит знаки препинания."
CASES = [
    *((CHINESE, encoding) for encoding in ("utf-8", "utf-8-sig", "gbk", "gb18030", "hz", "utf-7")),
    *((CHINESE, encoding) for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")),
    (CHINESE + RARE, "gb18030"), (TRADITIONAL, "big5"), (HONG_KONG, "big5hkscs"), (TRADITIONAL, "gb18030"),
    (JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"), (JAPANESE, "iso2022_jp"), (KOREAN, "euc_kr"), (KOREAN, "utf-16-le"),
    (FRENCH, "cp1252"), (FRENCH.replace("€", "E").replace("’", "'"), "latin-1"), (RUSSIAN, "cp1251"),
    (RUSSIAN, "koi8-r"), ("plain words, a+b-c", "ascii"), ("a,b\n1,2\n", "utf-16-le"), ("words", "utf-32-be"),
]  # fmt: skip
SHORT = [
    (CHINESE[:6], "gbk"), (TRADITIONAL[:12], "big5"), (KOREAN[:12], "euc_kr"), (JAPANESE[:12], "shift_jis"),
    ("姓名", "gbk"), ("名字,年龄\n张三,5\n", "gbk"), ("价格：100元", "gbk"), ("Café", "cp1252"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "encoding"), CASES, ids=[f"{encoding}-{text[:4]}" for text, encoding in CASES])
def test_a_text_is_read_as_it_was_written(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize(("text", "encoding"), SHORT)
def test_a_few_characters_are_enough(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


def test_chinese_far_behind_in_a_long_english_file_is_found() -> None:
    text = "An English sentence. " * 20_000 + CHINESE
    assert decode(text.encode("gbk")).text == text


def test_lines_of_another_encoding_are_read_and_told_of() -> None:
    decoded = decode(f"{CHINESE}\n".encode() * 3 + f"{CHINESE}\n".encode("gbk") + CHINESE.encode())
    assert decoded.text == "\n".join([CHINESE] * 5)
    assert decoded.encoding == "utf-8"
    assert "GB18030" in decoded.warnings[0]
    assert decoded.warnings[0].endswith(": 4.")


@pytest.mark.parametrize("broken", [b"\xc0\xaf", b"\xed\xa0\x80", b"\xe4\xb8", b"\xff\xfe", b"\xf8\x88\x80\x80\x80"])
def test_broken_bytes_are_replaced_and_told_of(broken: bytes) -> None:
    decoded = decode("中文和 English 混排的文字。".encode() + broken + " 之后。".encode())
    assert decoded.text.startswith("中文和 English 混排的文字。\ufffd")
    assert decoded.text.endswith(" 之后。")
    assert decoded.warnings
