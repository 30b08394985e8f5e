"""How well passages are found: recall, MRR and nDCG over questions whose paragraph is known, beside plain BM25.

Each paragraph is a document; it counts as found by its best passage. Without `--url` the passages go through
`knowledge/` itself, cut, embedded and searched with the default settings; with it through the product's own upload,
index and search. Bars: R@1 of the hybrid search not below plain BM25 in any language, R@10 from Chinese to English.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from bench.product_search import ProductSearch
from bench.questions import Task, crossed, distractors, plain_ranks, pooled, read
from inference.asking import session_to
from inference.embeddings import Embedding, EmbeddingModel
from inference.streaming import Endpoint
from knowledge.chunking import Chunking, chunk
from knowledge.documents import Block, Parsed
from knowledge.evaluation import Judged, Metrics, measured
from knowledge.index import vector_store, word_store
from knowledge.index.base import Entry
from knowledge.retrieval import Query, Shelf, search

MODEL, DIMENSION = "universal-sentence-encoder-multilingual-3", 512
SETS = ("xquad.zh.json", "xquad.en.json", "cmrc_trial.json")
DATA = Path(__file__).parents[2] / "shared" / "data"
K = 10
PASSAGES = 40
"""Asked for, so that ten different paragraphs are among them."""
MODES = ("hybrid", "ranks", "keyword", "vector")


class System(Protocol):
    """What is measured."""

    async def build(self, paragraphs: Sequence[str]) -> None: ...
    async def ranked(self, question: str, mode: str) -> list[int]: ...


class Library:
    """`knowledge/` with an encoder beside it."""

    def __init__(self, folder: Path, *, encoder: str, store: str, chunking: Chunking) -> None:
        self._folder = folder
        self._chunking = chunking
        self._store = store
        session, url = session_to(encoder)
        self._session = session
        self._model = EmbeddingModel(session, Endpoint(url=url, model=MODEL), Embedding(dimension=DIMENSION))
        self._questions: dict[str, Any] = {}
        self._shelf: Shelf | None = None
        self._of_chunk: list[int] = []
        self._built = 0

    async def build(self, paragraphs: Sequence[str]) -> None:
        self._built += 1
        is_milvus = self._store == "milvus"
        place = f"{self._folder / 'milvus.db'}#i{self._built}" if is_milvus else self._folder / f"v{self._built}"
        vectors = vector_store(self._store, place)
        words = word_store(self._folder / f"w{self._built}")
        self._of_chunk, texts = [], []
        for number, paragraph in enumerate(paragraphs):
            for piece in chunk(_parsed(paragraph), self._chunking):
                self._of_chunk.append(number)
                texts.append(piece.embedded_text)
        entries = [Entry(position, number) for position, number in enumerate(self._of_chunk)]
        raw = _rows(await self._model.embed_passages(texts))
        self._shelf = Shelf(
            words=words,
            word_manifest=words.add(words.empty(), entries, texts),
            vectors=vectors,
            vector_manifest=vectors.add(vectors.empty(model=MODEL, dimension=DIMENSION), entries, raw, model=MODEL),
        )

    async def ranked(self, question: str, mode: str) -> list[int]:
        assert self._shelf is not None
        if question not in self._questions:
            self._questions[question] = _rows([await self._model.embed_query(question)])[0]
        query = Query(
            text=question,
            top_k=PASSAGES,
            mode="hybrid" if mode in ("hybrid", "ranks") else mode,  # type: ignore[arg-type]
            joined_by="ranks" if mode == "ranks" else "shares",
        )
        shelf = Shelf(**{**_fields(self._shelf), "vector": self._questions[question]})
        found = await asyncio.to_thread(search, query, [shelf])
        return list(dict.fromkeys(self._of_chunk[one.chunk] for one in found))

    async def close(self) -> None:
        await self._session.close()


def _fields(shelf: Shelf) -> dict[str, Any]:
    return {name: getattr(shelf, name) for name in ("words", "word_manifest", "vectors", "vector_manifest")}


def _parsed(text: str) -> Parsed:
    return Parsed(text=text, blocks=(Block(kind="paragraph", start=0, end=len(text)),), media_type="text/plain")


def _rows(vectors: Sequence[bytes]) -> Any:
    return np.frombuffer(b"".join(vectors), np.float32).reshape(len(vectors), -1)


async def measure(system: System, tasks: Sequence[Task], modes: Sequence[str]) -> list[dict[str, Any]]:
    """Tasks over the same paragraphs are measured on one index."""
    results, built = [], None
    for task in tasks:
        if built is not task.paragraphs:
            await system.build(task.paragraphs)
            built = task.paragraphs
        row: dict[str, Any] = {"task": task.name, "paragraphs": len(task.paragraphs), "plain": plain(task)}
        for mode in modes:
            began = time.perf_counter()
            judged = [
                Judged(ranked=(await system.ranked(question, mode))[:K], golds=[{gold}])
                for question, gold in zip(task.questions, task.golds, strict=True)
            ]
            row[mode] = told(measured(judged, k=K))
            row[mode]["ms"] = round(1000 * (time.perf_counter() - began) / len(judged), 1)
        results.append(row)
        print(line(row, modes), flush=True)
    return results


def plain(task: Task) -> dict[str, Any]:
    ranks = plain_ranks(task)
    count = len(ranks)
    return {
        "recall_at_1": round(sum(rank == 1 for rank in ranks) / count, 4),
        "recall_at_10": round(sum(rank <= K for rank in ranks) / count, 4),
    }


def told(metrics: Metrics) -> dict[str, Any]:
    """Under the names that benches are compared by."""
    values = {name: round(value, 4) for name, value in asdict(metrics).items() if name not in ("k", "questions")}
    return {"recall_at_10" if name == "recall_at_k" else name: value for name, value in values.items()}


def line(row: dict[str, Any], modes: Sequence[str]) -> str:
    told = [f"{side} {row[side]['recall_at_1']:.4f}/{row[side]['recall_at_10']:.4f}" for side in ("plain", *modes)]
    return f"{row['task']:36} {'  '.join(told)}"


def tasks(paths: Sequence[Path], *, with_pool: bool) -> list[Task]:
    sets = [read(path) for path in paths]
    by_name = {task.name: task for task in sets}
    found = list(sets)
    if {"xquad.zh", "xquad.en"} <= by_name.keys():
        english, chinese = by_name["xquad.en"], by_name["xquad.zh"]
        found.insert(found.index(english) + 1, crossed(chinese, english))
        found.insert(found.index(chinese) + 1, crossed(english, chinese))
    return found + (pooled(sets, distractors()) if with_pool else [])


def encoder(stack: ExitStack, folder: Path) -> str:
    """The packaged one, started for the bench."""
    address = f"unix:{folder}/encoder.sock"
    command = [sys.executable, "-S", "-m", "inference.serving.embeddings.gate", "--listen", address, "--idle", "60"]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    stack.callback(started.wait)
    stack.callback(started.terminate)
    assert started.stdout is not None
    started.stdout.readline()
    return address


async def run(told: argparse.Namespace) -> dict[str, Any]:
    paths = [Path(one) for one in told.set] or [DATA / name for name in SETS]
    wanted = tasks(paths, with_pool=told.pool)
    modes = told.modes.split(",")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="glms-bench-")))
        if told.url:
            product = await ProductSearch.sign_up(told.url)
            results = await measure(product, wanted, [mode for mode in modes if mode != "ranks"])
            await product.close()
        else:
            address = told.encoder or encoder(stack, folder)
            chunking = Chunking(size=told.size, overlap=told.overlap)
            library = Library(folder, encoder=address, store=told.store, chunking=chunking)
            results = await measure(library, wanted, modes)
            await library.close()
    return {"workload": "retrieval", "store": told.store, "through": told.url or "knowledge", "sets": results}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", default=[], metavar="FILE", help="in SQuAD's form; default: all")
    parser.add_argument("--url", help="measure the product that answers there, through its API")
    parser.add_argument("--encoder", help="an embeddings endpoint other than the packaged one")
    parser.add_argument("--store", choices=("faiss", "milvus"), default="faiss")
    parser.add_argument("--size", type=int, default=Chunking().size, help="of a passage, in tokens")
    parser.add_argument("--overlap", type=int, default=Chunking().overlap)
    parser.add_argument("--modes", default=",".join(MODES), help="which of hybrid, ranks, keyword, vector")
    parser.add_argument("--pool", action="store_true", help="also all sets in one index, with distractors")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    told = parser.parse_args()
    result = asyncio.run(run(told))
    if told.json:
        print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
