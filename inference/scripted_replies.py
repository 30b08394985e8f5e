"""What the scripted server says: the directives of a message, and the words that they ask for."""

import hashlib
import re
from dataclasses import dataclass, field

DIRECTIVE = re.compile(r"\[\[(\w+)\s*(.*?)\]\](?!\])", re.DOTALL)
VOCABULARY = ("alpha", "beta", "gamma", "delta", "云", "山", "水", "火", "epsilon", "zeta", "eta", "theta")


@dataclass(slots=True)
class Script:
    """What one message asks for."""

    turns: list[list[tuple[str, str]]] = field(default_factory=lambda: [[]])
    pace: float = 0.0
    fault: str = ""
    faults: int = 0


def script_of(message: str) -> Script:
    """Read the directives of a message."""
    script = Script()
    for verb, rest in DIRECTIVE.findall(message):
        match verb:
            case "then":
                script.turns.append([])
            case "pace":
                script.pace = float(rest) / 1000
            case "fault":
                kind, _, times = rest.partition(" ")
                script.fault, script.faults = kind, int(times or 1)
            case _:
                script.turns[-1].append((verb, rest))
    return script


def reply_tokens(message: str, count: int) -> list[str]:
    """The `count` words that `[[words count]]` in `message` is answered with, each with its space."""
    seed = hashlib.sha256(message.encode()).digest()
    return [f"{VOCABULARY[(seed[i % 32] + i) % len(VOCABULARY)]}-{i} " for i in range(count)]


def reply_text(message: str, count: int) -> str:
    return "".join(reply_tokens(message, count))


@dataclass(slots=True)
class Reply:
    """One answer, in tokens."""

    thinking: list[str]
    tokens: list[str]
    calls: list[tuple[str, str]]
    pace: float
    raw: str = ""
    """The text of a reply to be sent as it is, whatever the protocol."""

    @classmethod
    def of(cls, asked: str, script: Script, turn: int) -> "Reply":
        steps = script.turns[min(turn, len(script.turns) - 1)]
        made = cls([], [], [], script.pace)
        for verb, rest in steps:
            if verb == "words":
                made.tokens += reply_tokens(asked, int(rest))
            elif verb == "say":
                made.tokens += words_of(rest)
            elif verb == "raw":
                made.raw += rest
            elif verb == "think":
                made.thinking += words_of(rest)
            elif verb == "call":
                name, _, arguments = rest.partition(" ")
                made.calls.append((name, arguments or "{}"))
        if not steps:
            made.tokens = words_of(asked or "…")
        return made

    def usage(self) -> dict[str, int]:
        completion = len(self.thinking) + len(self.tokens) + 8 * len(self.calls)
        return {"prompt_tokens": 10, "completion_tokens": completion, "total_tokens": 10 + completion}


def words_of(text: str) -> list[str]:
    """A text in words, each with its space."""
    return re.findall(r"\S+\s*|\s+", text)
