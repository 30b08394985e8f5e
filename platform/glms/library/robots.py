"""What a site's robots.txt asks of crawlers (RFC 9309): the longest rule that fits wins, `allow` before `disallow`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

NAME = "GLMs"
"""What this crawler calls itself."""
MOST_BYTES = 512 * 1024
MOST_RULES = 2000


@dataclass(frozen=True, slots=True)
class Rule:
    allows: bool
    path: str


@dataclass(frozen=True, slots=True)
class Robots:
    """What one site asks. rules: of the group that speaks of us."""

    rules: tuple[Rule, ...] = ()
    is_closed: bool = False
    """The file could not be had for a reason of the server's: nothing may be read."""

    def allows(self, path: str) -> bool:
        """path: with its query."""
        if self.is_closed:
            return False
        asked = _normal(path)
        found = [rule for rule in self.rules if _fits(_normal(rule.path), asked)]
        return max(found, key=lambda rule: (len(rule.path), rule.allows)).allows if found else True


def read_robots(text: str) -> Robots:
    """The rules for us: of the groups that name us, else of those for everybody."""
    ours: list[Rule] = []
    everybodys: list[Rule] = []
    named = False
    agents: list[str] = []
    in_rules = False
    for line in text[:MOST_BYTES].splitlines():
        key, _, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if key == "user-agent":
            agents = [value.lower()] if in_rules else [*agents, value.lower()]
            in_rules = False
            named = named or NAME.lower() in agents
        elif key in {"allow", "disallow"}:
            in_rules = True
            if value:
                rule = Rule(key == "allow", value)
                _note(ours, rule, heard=NAME.lower() in agents)
                _note(everybodys, rule, heard="*" in agents)
    return Robots(rules=tuple(ours if named else everybodys))


def _note(rules: list[Rule], rule: Rule, *, heard: bool) -> None:
    if heard and len(rules) < MOST_RULES:
        rules.append(rule)


def _normal(path: str) -> str:
    return quote(unquote(path), safe="/?=&*$%:@!,;+~'()[]")


def _fits(pattern: str, path: str) -> bool:
    """`*` stands for anything, `$` at the end for the end; matched part by part, so that no pattern takes long."""
    ends = pattern.endswith("$")
    parts: Sequence[str] = re.split(r"\*+", pattern.removesuffix("$"))
    if not path.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:-1] if len(parts) > 1 else ():
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    if len(parts) == 1:
        return not ends or at == len(path)
    last = parts[-1]
    if ends:
        return len(path) - len(last) >= at and path.endswith(last)
    return path.find(last, at) >= 0
