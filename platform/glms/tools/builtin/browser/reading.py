"""A page's HTML as text for a model: the main text, with links as `【id†text†host】`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import trafilatura
from lxml import etree, html

MOST_HTML = 2_000_000
"""Characters; the rest of a page is left out."""
MOST_LINKS = 400
LINK_TEXT = 80
NOT_TEXT = {"script", "style", "noscript", "template", "svg", "iframe", "object", "head", "select", "button"}
AROUND = {"nav", "footer", "aside", "form"}
BLOCKS = {
    "p", "div", "li", "tr", "br", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "table", "ul", "ol", "pre",
    "blockquote", "dd", "dt", "main", "header", "figure", "hr",
}  # fmt: skip
DENSE = 0.3
"""From this share of links on, a page is a list of them; and with less than this share of the text, text was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a page says. `links`: addresses by the id in their mark."""

    title: str
    text: str
    links: dict[int, str]


def read(markup: str, *, url: str, next_link: Callable[[], int]) -> Reading:
    """The text of a page that lies at `url`; `next_link` gives each link its id."""
    try:
        tree = html.document_fromstring(markup[:MOST_HTML] or "<html></html>")
    except (etree.ParserError, ValueError):
        return Reading(title="", text="", links={})
    _disarm(tree)
    title = " ".join((tree.findtext(".//title") or "").split())[:300]
    links = _mark_links(tree, url, next_link)
    return Reading(title=title, text=_text(tree), links=links)


def _disarm(tree: html.HtmlElement) -> None:
    """Take from the page's own words the sign by which sources and links are told."""
    for element in tree.iter():
        if element.text and "†" in element.text:
            element.text = element.text.replace("†", "‡")
        if element.tail and "†" in element.tail:
            element.tail = element.tail.replace("†", "‡")


def _mark_links(tree: html.HtmlElement, url: str, next_link: Callable[[], int]) -> dict[int, str]:
    links: dict[int, str] = {}
    base = urljoin(url, tree.xpath("string(//base/@href)") or "")
    for anchor in list(tree.iter("a"))[: MOST_LINKS * 4]:
        text = " ".join(anchor.text_content().split())[:LINK_TEXT]
        where = _address(base, anchor.get("href") or "")
        if text and where and len(links) < MOST_LINKS:
            number = next_link()
            links[number] = where
            tail = anchor.tail
            anchor.clear()
            anchor.tail = tail
            anchor.text = f"【{number}†{text}†{urlsplit(where).hostname}】"
    return links


def _address(base: str, href: str) -> str:
    """Where a link leads; empty when it is none, or leads to another place of the same page."""
    try:
        where = urljoin(base, href.strip())
        parts = urlsplit(where)
        leads = href.strip()[:1] not in {"", "#"} and parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return ""
    return where.partition("#")[0] if leads else ""


def _text(tree: html.HtmlElement) -> str:
    whole = _whole(tree)
    links = sum(len(mark) for mark in re.findall(r"【\d+†[^】]*】", whole))
    if links > DENSE * len(whole):
        return whole
    main = trafilatura.extract(tree, include_comments=False, include_tables=True, favor_recall=True) or ""
    return main if len(main) >= DENSE * len(whole) else whole


def _whole(tree: html.HtmlElement) -> str:
    """All words of the page in order, without what stands around its content."""
    parts: list[str] = []
    _walk(tree, parts)
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _walk(tree: html.HtmlElement, parts: list[str]) -> None:
    for event, element in etree.iterwalk(walked := _without(tree, NOT_TEXT | AROUND), events=("start", "end")):
        block = element.tag in BLOCKS
        if event == "start":
            parts.append("\n" if block else "")
            parts.append(" | " if element.tag in {"td", "th"} else "")
            parts.append(_flat(element.text))
        else:
            parts.append("\n" if block else "")
            parts.append(_flat(element.tail) if element is not walked else "")


def _without(tree: html.HtmlElement, tags: set[str]) -> html.HtmlElement:
    copy = html.document_fromstring(etree.tostring(tree, encoding="unicode", method="html"))
    etree.strip_elements(copy, etree.Comment, etree.ProcessingInstruction, *tags, with_tail=False)
    return copy


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")
