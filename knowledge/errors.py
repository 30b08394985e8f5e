"""What can go wrong with knowledge. KnowledgeError > ParseError, IndexTorn, WrongVectors, StoreAway."""


class KnowledgeError(Exception):
    """`code` is for programs, `message` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type["KnowledgeError"], tuple[str, str]]:
        return type(self), (self.code, self.message)


class ParseError(KnowledgeError):
    """A file that no text can be had from; trying again gives the same."""


class IndexTorn(KnowledgeError):
    """An index on disk is not what its manifest says: it has to be built again from the database."""


class StoreAway(KnowledgeError):
    """The server that keeps the vectors does not answer, or the disk is full: nothing is lost, another try may do."""


class WrongVectors(KnowledgeError):
    """Vectors of another model or another dimension than those of the index."""
