"""XML and HTML from foreign files: no entities, no addresses followed, a limited depth."""

from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from knowledge.errors import ParseError

Element = Any
SVG_DOCTYPE = "-//W3C//DTD SVG"
"""What older drawing programs write; it declares nothing by itself."""


def forbidden() -> ParseError:
    return ParseError("xml_entities_forbidden", "The file declares XML entities, which can do harm: it is not read.")


def malformed(kind: str) -> ParseError:
    return ParseError(f"malformed_{kind}", "The file is damaged or cut off.")


def parse(data: bytes, *, kind: str) -> Element:
    """The root element. Raises ParseError when it is broken or declares anything."""
    parser = _parser(None)
    root: Element = None
    try:
        parser.feed(data)
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise _refused(error, kind=kind) from error
    _check(root, kind=kind)
    return root


def elements(pieces: Iterable[bytes], *, kind: str, tags: Iterable[str]) -> Iterator[Element]:
    """The elements of these tags as soon as each is complete. `forget` each: then memory does not grow."""
    parser = _parser(tuple(tags))
    is_checked = False
    pieces = iter(pieces)
    try:
        for piece in pieces:
            parser.feed(piece)
            for _, element in parser.read_events():
                if not is_checked:
                    _check(element, kind=kind)
                    is_checked = True
                yield element
        _check(parser.close(), kind=kind)
    except etree.XMLSyntaxError as error:
        for _ in pieces:  # whoever unpacks counts the rest: too large is said before broken
            pass
        raise _refused(error, kind=kind) from error


def forget(element: Element) -> None:
    """Drop an element and what stood before it."""
    element.clear(keep_tail=False)
    while element.getprevious() is not None:
        del element.getparent()[0]


def _parser(tags: tuple[str, ...] | None) -> Any:
    return etree.XMLPullParser(
        events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip


def _check(element: Element, *, kind: str) -> None:
    """Refuse what has a DOCTYPE: entities in it are not replaced, and nothing honest needs one."""
    told = element.getroottree().docinfo
    if not told.doctype:
        return
    declared = told.internalDTD is not None and next(iter(told.internalDTD.entities()), None) is not None
    if kind != "svg" or declared or not (told.public_id or "").startswith(SVG_DOCTYPE):
        raise forbidden()


def _refused(error: etree.XMLSyntaxError, *, kind: str) -> ParseError:
    return forbidden() if "ntity" in str(error) or "DTD" in str(error) else malformed(kind)
