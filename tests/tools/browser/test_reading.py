"""HTML as text: links by number, lists of links whole, odd markup calmly; windows of a long text."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glms.tools.builtin.browser.paging import before, window
from glms.tools.builtin.browser.reading import Reading, read

PROSE = "<p>" + "A sentence of some length that says something about a thing. " * 20 + "</p>"


def reading(markup: str) -> Reading:
    numbers = count(1001)
    return read(markup, url="https://example.com/dir/page", next_link=lambda: next(numbers))


def test_links_are_told_by_number_words_and_host() -> None:
    found = reading(
        f"<title> A  title </title><body>{PROSE}<p>See <a href='../a?b=1#c'>the <b>other</b> page</a>, "
        "<a href='#top'>up</a>, <a href='javascript:alert(1)'>run</a>, <a href='mailto:a@b.c'>mail</a>, "
        "<a href='http://[bad'>bad</a> and <a href='//other.test/'>there</a>.</p></body>"
    )

    assert found.title == "A title"
    assert "See 【1001†the other page†example.com】, up, run, mail, bad and 【1002†there†other.test】." in found.text
    assert found.links == {1001: "https://example.com/a?b=1", 1002: "https://other.test/"}


def test_what_stands_around_the_content_is_left_out() -> None:
    found = reading(
        f"<body><nav><a href='/x'>Menu</a></nav>{PROSE}<script>console</script><footer>Legal</footer></body>"
    )

    assert "A sentence" in found.text
    assert not any(word in found.text for word in ("Menu", "console", "Legal"))


def test_a_comment_does_not_swallow_the_words_after_it() -> None:
    links = "".join(f"<li><a href='/{n}'>Item {n}</a></li>" for n in range(5))

    assert "after the comment" in reading(f"<body><ul>{links}</ul><!-- c -->after the comment</body>").text


@pytest.mark.parametrize(
    "markup", ["", " ", "<", "<html>", "\x00", "<frameset>", "<a>" * 5000, "<!-- ", "<?xml?>", "&#0;"]
)
def test_odd_markup_gives_some_text_or_none(markup: str) -> None:
    assert isinstance(reading(markup).text, str)


@given(st.text(max_size=300))
def test_any_text_is_read(markup: str) -> None:
    assert "†" not in reading(f"<p>{markup}").text.replace("‡", "")


@given(st.text(alphabet="ab \n", max_size=500), st.integers(1, 60))
def test_windows_show_all_of_a_text_once(text: str, size: int) -> None:
    at, shown = 0, ""
    while True:
        part = window(text, at, size=size)
        shown += text[part.start : part.end]
        if part.is_last:
            break
        assert before(text, part.end, size=size) < part.end
        at = part.end

    assert shown == text


def test_percent_are_told_of_the_whole() -> None:
    text = "x" * 1000

    assert window(text, 0, size=370).visible == (0, 37)
    assert window(text, 900, size=370).visible == (90, 100)
    assert window("", 0).visible == (0, 100)
