"""The model server as a part: which one it is, and where the product finds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from glms.config.env import ModelServer
from glms.instance.board import Board
from glms.instance.child import Nursery
from glms.instance.keeper import Keeper
from glms.instance.layout import Layout


@dataclass(frozen=True, kw_only=True)
class Model:
    """The model of one instance."""

    layout: Layout
    chosen: ModelServer
    nursery: Nursery
    board: Board
    inherited: Mapping[str, str] = field(repr=False)

    def kept(self) -> Keeper | None:
        return None
