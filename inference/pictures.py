"""What can be asked of a model that draws, as its client and its server both know it."""

from dataclasses import dataclass

SHORTEST, LONGEST, MULTIPLE, MOST_PIXELS = 512, 2048, 32, 1 << 21
"""Bounds of a side in pixels, what it is divisible by, and width times height at most (CogView4's model card)."""
MOST_STEPS = 200
MOST_PICTURES = 10
EVENT_STREAM = "text/event-stream"


class NotPossible(ValueError):
    """A picture of this kind cannot be asked for; the message says what can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRequest:
    """What to draw. steps and seed: None leaves them to the server. Raises NotPossible."""

    prompt: str
    width: int = 1024
    height: int = 1024
    negative_prompt: str = ""
    steps: int | None = None
    seed: int | None = None
    n: int = 1

    def __post_init__(self) -> None:
        if not self.prompt.strip():
            raise NotPossible("There is nothing to draw: the prompt is empty.")
        for side in (self.width, self.height):
            if not SHORTEST <= side <= LONGEST or side % MULTIPLE:
                raise NotPossible(f"Each side has {SHORTEST} to {LONGEST} pixels and is divisible by {MULTIPLE}.")
        if self.width * self.height > MOST_PIXELS:
            raise NotPossible(f"Width times height is {MOST_PIXELS:,} pixels at most.")
        if self.steps is not None and not 1 <= self.steps <= MOST_STEPS:
            raise NotPossible(f"A picture takes 1 to {MOST_STEPS} steps.")
        if not 1 <= self.n <= MOST_PICTURES:
            raise NotPossible(f"1 to {MOST_PICTURES} pictures can be asked for at once.")


def read_size(text: str) -> tuple[int, int]:
    """Width and height of a size such as `1024x768`. Raises NotPossible."""
    width, mark, height = text.strip().lower().replace("×", "x").partition("x")
    if not mark or not (width.isascii() and width.isdigit()) or not (height.isascii() and height.isdigit()):
        raise NotPossible("A size is written as WIDTHxHEIGHT, such as 1024x1024.")
    return int(width[:6]), int(height[:6])


@dataclass(frozen=True, slots=True)
class Step:
    """The server has done `done` of `of` steps."""

    done: int
    of: int
