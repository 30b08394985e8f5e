"""What every store of an index keeps to, and the values it speaks in.

A manifest says all that an index consists of. It is immutable: who adds or deletes gets a new one, and readers of the
old one go on reading what they read. The caller keeps it with its own rows, in one transaction; files that no kept
manifest names are left-overs of a crash, never seen and swept away.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from knowledge.errors import IndexTorn

if TYPE_CHECKING:  # readers import this module without paying for numpy
    import numpy as np
    from numpy.typing import NDArray

    Vectors: TypeAlias = NDArray[np.float32]

FORMAT = 1
SAMPLE, LEAST_SAMPLE = 256, 20
"""Passages by which a store tells what any passage has with a question."""
KEPT_SECONDS = 3600.0
"""Younger files are never swept: their manifest may be about to be kept."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage in an index: its own key and that of its document."""

    chunk: int
    document: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found; of vectors the cosine, of words BM25 as a share of what the query could reach."""

    chunk: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What may be found; applied before the best are chosen. None: everything; `without` wins over the others."""

    documents: frozenset[int] | None = None
    chunks: frozenset[int] | None = None
    without: frozenset[int] = frozenset()
    """Documents."""

    @property
    def is_everything(self) -> bool:
        return self.documents is None and self.chunks is None and not self.without

    @property
    def is_nothing(self) -> bool:
        return self.documents == frozenset() or self.chunks == frozenset()


@dataclass(frozen=True, slots=True)
class File:
    """A file that was written once: its name in the index's folder, its bytes, and the BLAKE2b of them."""

    name: str
    size: int
    checksum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A sealed part of an index. dead: which of its rows are deleted."""

    name: str
    kind: str
    rows: int
    files: tuple[File, ...]
    probes: int = 0
    """Of an inverted file: how many of its lists are looked through."""
    dead: File | None = None
    dead_rows: int = 0

    @property
    def live_rows(self) -> int:
        return self.rows - self.dead_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One state of an index. model, dimension: of its vectors; of words, the way they are cut, and 0."""

    kind: str
    model: str
    dimension: int
    generation: int = 0
    segments: tuple[Segment, ...] = field(default=())

    @property
    def rows(self) -> int:
        """How many passages can be found."""
        return sum(segment.live_rows for segment in self.segments)

    def with_segments(self, segments: Iterable[Segment]) -> "Manifest":
        return replace(self, generation=self.generation + 1, segments=tuple(segments))

    def to_json(self) -> dict[str, Any]:
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_json(cls, told: dict[str, Any] | str | bytes) -> "Manifest":
        """Raises IndexTorn."""
        try:
            read: dict[str, Any] = json.loads(told) if isinstance(told, str | bytes) else told
            if read["format"] != FORMAT:
                raise IndexTorn("index_format", "The index is of another version: build it again.")
            return cls(
                kind=read["kind"],
                model=read["model"],
                dimension=int(read["dimension"]),
                generation=int(read["generation"]),
                segments=tuple(_segment(segment) for segment in read["segments"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise IndexTorn("index_manifest", "The index's manifest is not one: build the index again.") from error


def _segment(told: dict[str, Any]) -> Segment:
    dead = told["dead"]
    return Segment(
        **{
            **told,
            "files": tuple(File(**file) for file in told["files"]),
            "dead": File(**dead) if dead else None,
        }
    )


class Store(Protocol):
    """What can be done to any index, whatever it is found by.

    A store is one index in one place; any number of processes may read it, and any number may write: the caller lets
    one manifest win. All raise IndexTorn when files are missing or damaged: read the manifest again, and if it has not
    changed, build the index again. Writers raise StoreAway (`disk_full`) and leave all as it was.
    """

    def delete(self, manifest: Manifest, *, chunks: Collection[int] = (), documents: Collection[int] = ()) -> Manifest:
        """Without these; what is not there is no error. Quick, durable on return."""
        ...

    def compact(self, manifest: Manifest, *, fully: bool = False) -> Manifest:
        """Merged where it is worth it, deleted rows dropped; the same manifest when it is not. May take minutes.

        fully: into as few segments as can be.
        """
        ...

    def rebase(self, *, before: Manifest, compacted: Manifest, now: Manifest) -> Manifest:
        """`compacted`, which was made of `before`, with what was added and deleted until `now`. Quick."""
        ...

    def sweep(self, in_use: Iterable[Manifest], *, older_than: float = KEPT_SECONDS) -> int:
        """Remove the files that none of these manifests names and that are `older_than` seconds old; how many."""
        ...

    def check(self, manifest: Manifest) -> None:
        """Read all that it names and compare the checksums. Raises IndexTorn."""
        ...

    def destroy(self) -> None:
        """Remove the whole index."""
        ...


class VectorStore(Store, Protocol):
    """An index of unit vectors, compared by their cosine."""

    def empty(self, *, model: str, dimension: int) -> Manifest:
        """The manifest of an index without passages. Writes nothing."""
        ...

    def add(self, manifest: Manifest, entries: Sequence[Entry], vectors: "Vectors", *, model: str) -> Manifest:
        """With these passages, each replacing the one of the same key; durable on return.

        vectors: (entries, dimension). Raises WrongVectors for those of another model or dimension, or not finite.
        """
        ...

    def search(
        self, manifest: Manifest, queries: "Vectors", *, k: int, allowed: Allowed | None = None
    ) -> list[list[Hit]]:
        """For each of the queries (n, dimension) the k nearest, best first. Raises WrongVectors."""
        ...

    def score(self, manifest: Manifest, query: "Vectors", *, chunks: Collection[int]) -> dict[int, float]:
        """The cosine of the query (dimension,) with each of these passages that is there. Raises WrongVectors."""
        ...

    def background(self, manifest: Manifest, query: "Vectors") -> float:
        """The cosine that any passage has with the query (dimension,): the mean over a sample, 0 where it is small."""
        ...


class WordStore(Store, Protocol):
    """An index of words, ranked by BM25."""

    def empty(self) -> Manifest:
        """The manifest of an index without passages. Writes nothing."""
        ...

    def add(self, manifest: Manifest, entries: Sequence[Entry], texts: Sequence[str]) -> Manifest:
        """With these passages, each replacing the one of the same key; durable on return."""
        ...

    def search(self, manifest: Manifest, query: str, *, k: int, allowed: Allowed | None = None) -> list[Hit]:
        """The k best, best first."""
        ...
