"""Which elements of a page readers cannot see: by attribute, by style, by the simple rules of its own style sheets."""

import re
from dataclasses import dataclass, field
from typing import Any

Element = Any
INVISIBLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*0(?:\.0+)?[a-z%]*\s*(?:;|!|$)|(?:left|top|text-indent)\s*:\s*-\d{4,}",
    re.IGNORECASE,
)
PALE = re.compile(r"(?:^|;)\s*color\s*:\s*(?:#fff(?:fff)?|white|rgba?\(\s*255\s*,\s*255\s*,\s*255|transparent)", re.I)
GROUND = re.compile(r"background", re.IGNORECASE)
RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
SIMPLE = re.compile(r"([.#])([A-Za-z_][\w-]{0,80})")
MOST_CSS = 1 << 20


@dataclass
class Hiding:
    """`characters`: how many have been left out so far."""

    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    characters: int = 0
    _known: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Element) -> "Hiding":
        found: dict[str, set[str]] = {".": set(), "#": set()}
        css = "\n".join(style.text or "" for style in root.iter("style"))[:MOST_CSS]
        for selectors, rules in RULE.findall(css):
            if hides(rules):
                for selector in selectors.split(","):
                    if match := SIMPLE.fullmatch(selector.strip()):
                        found[match.group(1)].add(match.group(2))
        return cls(classes=frozenset(found["."]), ids=frozenset(found["#"]))

    def leaves_out(self, element: Element) -> bool:
        """Whether it is hidden; if so its text is counted."""
        if not self.hides(element):
            return False
        self.characters += len("".join(element.xpath("string()").split()))
        return True

    def hides(self, element: Element) -> bool:
        if element.get("hidden") is not None:
            return True
        if (style := element.get("style")) and self._style(style):
            return True
        if self.ids and element.get("id") in self.ids:
            return True
        return bool(self.classes and not self.classes.isdisjoint((element.get("class") or "").split()))

    def _style(self, style: str) -> bool:
        style = style[:2000]
        if style not in self._known:
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[style] = hides(style)
        return self._known[style]


def hides(style: str) -> bool:
    if INVISIBLE.search(style):
        return True
    return PALE.search(style) is not None and not GROUND.search(style)
