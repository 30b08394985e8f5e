"""The index of words: BM25 by tantivy over the terms of each passage.

Every state of the index is a folder that never changes. A writer links the files of the last one into a draft, lets
tantivy commit there, and seals it as the next; tantivy's files are written once, so what both have in common takes no
space. BM25 counts over the whole index, however many segments it has.
"""

import json
import math
import os
import shutil
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Query

from knowledge.errors import IndexTorn
from knowledge.index import files
from knowledge.index.base import KEPT_SECONDS, Allowed, Entry, File, Hit, Manifest, Segment
from knowledge.terms import VERSION, asked_terms, terms

KIND = "tantivy"
K1 = 1.2
"""Of tantivy's BM25; b is 0.75."""
SMALL_HEAP, LARGE_HEAP = 15_000_000, 128_000_000
LARGE_BATCH = 5000
KEPT_OPEN = 8
MOST_BEGINNINGS = 64
"""Terms that are looked for where the query has a single character."""
FEW_KEYS = 256
"""Up to so many are looked up one by one, which is quicker than a set of them."""
COMMON_COUNT, COMMON_SHARE = 10_000, 0.2
"""A term of more passages than both is not looked for when at least ENOUGH_TERMS rarer ones are found."""
ENOUGH_TERMS = 2
PANIC = "PanicException"
"""Of pyo3: no class that can be imported, and no Exception."""
META = "meta.json"
MANAGED = ".managed.json"


class TantivyWords:
    """A WordStore in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: OrderedDict[str, _State] = OrderedDict()
        self._lock = threading.Lock()

    def empty(self) -> Manifest:
        return Manifest(kind=KIND, model=VERSION, dimension=0)

    def add(self, manifest: Manifest, entries: Sequence[Entry], texts: Sequence[str]) -> Manifest:
        if not entries:
            return manifest
        latest = dict(zip((entry.chunk for entry in entries), zip(entries, texts, strict=True), strict=True))
        written = [_document(entry, text) for entry, text in latest.values()]
        return self._written(manifest, chunks=latest.keys(), documents=(), added=written)

    def delete(self, manifest: Manifest, *, chunks: Collection[int] = (), documents: Collection[int] = ()) -> Manifest:
        if not manifest.segments or not (chunks or documents):
            return manifest
        return self._written(manifest, chunks=chunks, documents=documents, added=())

    def compact(self, manifest: Manifest, *, fully: bool = False) -> Manifest:
        """The same: tantivy merges when it commits."""
        return manifest

    def rebase(self, *, before: Manifest, compacted: Manifest, now: Manifest) -> Manifest:
        return compacted if now == before else now

    def sweep(self, in_use: Iterable[Manifest], *, older_than: float = KEPT_SECONDS) -> int:
        kept = {segment.name for manifest in in_use for segment in manifest.segments}
        with self._lock:
            for name in [name for name in self._open if name not in kept]:
                del self._open[name]
        return files.sweep(self._folder, kept=kept, older_than=older_than)

    def check(self, manifest: Manifest) -> None:
        for segment in manifest.segments:
            files.compare(self._folder / segment.name, segment.files, wholly=True)

    def destroy(self) -> None:
        with self._lock:
            self._open.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def search(self, manifest: Manifest, query: str, *, k: int, allowed: Allowed | None = None) -> list[Hit]:
        """Each score is BM25 divided by what a passage with all of the query's terms, each very often, would have."""
        if not manifest.segments or k < 1 or (allowed and allowed.is_nothing):
            return []
        return self._opened(manifest).search(query, k=k, allowed=allowed)

    def _opened(self, manifest: Manifest) -> "_State":
        segment = _only(manifest)
        with self._lock:
            state = self._open.get(segment.name)
            if state is None:
                state = self._open[segment.name] = _State(self._folder / segment.name, segment)
            self._open.move_to_end(segment.name)
            while len(self._open) > KEPT_OPEN:
                self._open.popitem(last=False)
            return state

    def _written(
        self,
        manifest: Manifest,
        *,
        chunks: Collection[int],
        documents: Collection[int],
        added: Sequence[tantivy.Document],
    ) -> Manifest:
        last = _only(manifest) if manifest.segments else None
        with files.draft(self._folder) as path:
            if last:
                _link(self._folder / last.name, path, last.files)
            index = tantivy.Index(_schema(), path=str(path), reuse=True)
            writer = index.writer(LARGE_HEAP if len(added) >= LARGE_BATCH else SMALL_HEAP, 1)
            if last:
                for field, keys in (("chunk", chunks), ("document", documents)):
                    for key in keys:
                        writer.delete_documents_by_term(field, key)
            for document in added:
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
            segment = _sealed(path, known=last.files if last else ())
        return manifest.with_segments([segment] if segment.rows else [])


class _State:
    """One state of the index, open for reading."""

    def __init__(self, folder: Path, segment: Segment) -> None:
        files.compare(folder, [file for file in segment.files if file.name == META], wholly=True)
        files.compare_sizes(folder, segment.files)
        with _readable():
            index = tantivy.Index.open(str(folder))
            index.config_reader(reload_policy="manual")
            self._schema = index.schema
            self._searcher = index.searcher()

    def search(self, query: str, *, k: int, allowed: Allowed | None) -> list[Hit]:
        """Raises IndexTorn."""
        with _readable():
            return self._search(query, k=k, allowed=allowed)

    def _search(self, query: str, *, k: int, allowed: Allowed | None) -> list[Hit]:
        asked, most = self._asked(query)
        if asked is None:
            return []
        limited = self._limited(asked, allowed) if allowed and not allowed.is_everything else asked
        found = self._searcher.search(limited, k, count=False).hits
        chunks = self._searcher.fast_field_values("chunk", [address for _, address in found])
        return [
            Hit(int(chunk), score / most) for (score, _), chunk in zip(found, chunks, strict=True) if chunk is not None
        ]

    def _asked(self, query: str) -> tuple[Query | None, float]:
        """What to look for, and the BM25 that no passage reaches."""
        whole, singles = asked_terms(query)
        whole = self._telling(whole)
        parts = [self._term(term) for term in whole] + [self._beginning(single) for single in singles]
        most = sum(self._idf(term) for term in whole + singles) * (K1 + 1)
        if not parts:
            return None, 0.0
        return Query.boolean_query([(Occur.Should, part) for part in parts]), most

    def _telling(self, whole: list[str]) -> list[str]:
        """Without what a fifth of a large index has, where enough is left: such terms tell little and cost the most."""
        limit = max(COMMON_COUNT, COMMON_SHARE * self._searcher.num_docs)
        counts = {term: self._searcher.doc_freq("terms", term) for term in whole}
        kept = [term for term in whole if counts[term] <= limit]
        return kept if sum(counts[term] > 0 for term in kept) >= ENOUGH_TERMS else whole

    def _term(self, term: str) -> Query:
        return Query.term_query(self._schema, "terms", term, "freq")

    def _beginning(self, character: str) -> Query:
        """A single character: itself where it ends a run, else the pairs that it begins."""
        beginning = self._searcher.terms_with_prefix("terms", character, limit=MOST_BEGINNINGS)
        return Query.disjunction_max_query([self._term(term) for term, _ in beginning] or [self._term(character)])

    def _idf(self, term: str) -> float:
        count, total = self._searcher.doc_freq("terms", term), self._searcher.num_docs
        return math.log(1 + (max(total, count) - count + 0.5) / (count + 0.5))

    def _limited(self, asked: Query, allowed: Allowed) -> Query:
        parts = [(Occur.Must, asked)]
        for field, keys in (("document", allowed.documents), ("chunk", allowed.chunks)):
            if keys is not None:
                parts.append((Occur.Must, Query.const_score_query(self._one_of(field, keys), 0.0)))
        if allowed.without:
            parts.append((Occur.MustNot, self._one_of("document", allowed.without)))
        return Query.boolean_query(parts)

    def _one_of(self, field: str, keys: Collection[int]) -> Query:
        if len(keys) <= FEW_KEYS:
            return Query.boolean_query([(Occur.Should, Query.term_query(self._schema, field, key)) for key in keys])
        return Query.term_set_query(self._schema, field, list(keys))


@contextmanager
def _readable() -> Iterator[None]:
    """Tantivy tells of files that are not what it wrote as ValueError, or panics. Raises IndexTorn."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise IndexTorn("index_damaged", "The index of words cannot be read.") from error
    except BaseException as error:
        if type(error).__name__ != PANIC:
            raise
        raise IndexTorn("index_damaged", "The index of words cannot be read.") from error


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_integer_field("chunk", indexed=True, fast=True)
    builder.add_integer_field("document", indexed=True, fast=True)
    return builder.build()


def _document(entry: Entry, text: str) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text("terms", " ".join(terms(text)))
    document.add_integer("chunk", entry.chunk)
    document.add_integer("document", entry.document)
    return document


def _only(manifest: Manifest) -> Segment:
    if manifest.kind != KIND or manifest.model != VERSION:
        raise IndexTorn("index_format", "The words were cut by another version: the index has to be built again.")
    return manifest.segments[0]


def _link(source: Path, target: Path, listed: Iterable[File]) -> None:
    """The files in a second folder; copied where the disk knows no links, and what tantivy replaces itself."""
    for file in listed:
        try:
            if file.name in {META, MANAGED}:
                shutil.copyfile(source / file.name, target / file.name)
                continue
            try:
                os.link(source / file.name, target / file.name)
            except OSError:
                shutil.copyfile(source / file.name, target / file.name)
        except FileNotFoundError as error:
            raise IndexTorn("index_missing", "A file of the index is missing.") from error


def _sealed(path: Path, *, known: Iterable[File]) -> Segment:
    """The next state: what tantivy's own list names, and nothing else."""
    told = json.loads((path / META).read_text())["segments"]
    rows = sum(segment["max_doc"] - _deleted(segment) for segment in told)
    named = {segment["segment_id"].replace("-", ""): segment["deletes"] for segment in told}
    checksums = {(file.name, file.size): file for file in known if file.name not in {META, MANAGED}}
    kept: list[File] = []
    for file in sorted(path.iterdir()):
        if file.name in {META, MANAGED} or _is_named(file.name, named):
            kept.append(checksums.get((file.name, file.stat().st_size)) or files.described(file))
        else:
            file.unlink()
    name = files.fresh_name("words")
    files.seal(path, name=name)
    return Segment(name=name, kind=KIND, rows=rows, files=tuple(kept))


def _deleted(segment: dict[str, Any]) -> int:
    return int(segment["deletes"]["num_deleted_docs"]) if segment["deletes"] else 0


def _is_named(name: str, named: dict[str, Any]) -> bool:
    identity, *middle, ending = name.split(".")
    if identity not in named:
        return False
    deletes = named[identity]
    return ending != "del" or bool(deletes and middle == [str(deletes["opstamp"])])
