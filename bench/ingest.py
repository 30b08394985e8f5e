"""Documents into a knowledge base through the product: pages a minute and core, memory, one document more or less.

A real instance is started; files of many pages in several formats, made from real text, are uploaded as a person's are
and waited for. CPU is that of every part, and the encoder's is told apart. Then documents of growing size: what the
workers and the sandbox hold at most. Then one document more until it is found, one less until it is not, and the whole
base indexed anew, whose vectors are all known.
Bars: 300 pages a minute and core (encoder apart), memory flat with the size, one document visible within 2 s.
"""

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import uvloop

from bench.files_to_ingest import Source, made
from bench.product_search import ProductSearch
from bench.questions import distractors
from bench.report import Report, cpu_seconds, family, load, pss_mb, say
from tests.support.instance import Instance

KINDS = ("txt", "html", "docx", "pdf")
PARTS = ("web", "background", "sandbox", "encoder", "postgres", "valkey", "beat", "runs")
HOLDERS = ("background", "sandbox")
"""What holds a document while it is read."""
SIZES = (50, 400, 1600)
"""Pages of the documents whose memory is watched."""
LOOK_SECONDS, GLANCE_SECONDS = 0.2, 0.02
TICKS = os.sysconf("SC_CLK_TCK")


class Watched:
    """The processes of an instance: what they have spent, and the most that some of them held at once."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._of_sandbox: dict[tuple[int, str], float] = {}
        threading.Thread(target=self._look_at_sandbox, daemon=True).start()

    def spent(self) -> dict[str, float]:
        """CPU seconds of each part. A reader of documents ends with its namespace, and nobody waits for it: it is
        looked at while it lives, so that a little of its end is missed."""
        told = {part: cpu_seconds(family(self._instance.pid(part))) for part in PARTS if part != "sandbox"}
        return told | {"sandbox": sum(self._of_sandbox.values())}

    def _look_at_sandbox(self) -> None:
        daemon = self._instance.pid("sandbox")
        while psutil.pid_exists(daemon):
            for pid in descendants(daemon):
                with suppress(OSError):
                    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                    self._of_sandbox[pid, fields[19]] = (int(fields[11]) + int(fields[12])) / TICKS
            time.sleep(GLANCE_SECONDS)

    def held(self) -> float:
        found = 0.0
        for part in HOLDERS:
            try:
                found += pss_mb(family(self._instance.pid(part)))
            except psutil.NoSuchProcess:
                continue
        return found

    @contextmanager
    def peak(self) -> Iterator[list[float]]:
        """Yields a list that grows while the block runs; its maximum is the peak in MB."""
        seen, ended = [self.held()], threading.Event()

        def look() -> None:
            while not ended.wait(LOOK_SECONDS):
                seen.append(self.held())

        looking = threading.Thread(target=look, daemon=True)
        looking.start()
        try:
            yield seen
        finally:
            ended.set()
            looking.join()


def descendants(pid: int) -> list[int]:
    """A process and all that came of it and lives, without a walk over all of /proc."""
    found = [pid]
    with suppress(OSError):
        for listed in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in listed.read_text().split():
                found += descendants(int(child))
    return found


async def throughput(
    product: ProductSearch, watched: Watched, kind: str, *, files: int, pages: int, folder: Path
) -> dict[str, Any]:
    source = Source(distractors())
    told = {f"{number}.{kind}": made(kind, source, pages, folder / "draft") for number in range(files)}
    await product.base_add()
    before, began = watched.spent(), time.monotonic()
    await product.upload(told)
    wall = time.monotonic() - began
    spent = {part: round(seconds - before[part], 2) for part, seconds in watched.spent().items()}
    own = sum(seconds for part, seconds in spent.items() if part != "encoder")
    return {
        "workload": f"ingest {kind}",
        "pages": files * pages,
        "wall_s": round(wall, 1),
        "pages_per_minute_wall": round(60 * files * pages / wall),
        "pages_per_minute_core": round(60 * files * pages / own),
        "cpu_s": spent,
        "errors": 0,
    }


async def growing(product: ProductSearch, watched: Watched, kind: str, pages: int, folder: Path) -> dict[str, Any]:
    content = made(kind, Source(distractors()), pages, folder / "draft")
    await product.base_add()
    with watched.peak() as seen:
        await product.upload({f"long.{kind}": content})
    return {
        "workload": f"memory {kind}",
        "pages": pages,
        "file_mb": round(len(content) / 1e6, 1),
        "before_mb": round(seen[0], 1),
        "peak_mb": round(max(seen), 1),
    }


async def one_more(product: ProductSearch) -> dict[str, Any]:
    """In the base that is there: one document until it is found, then its deletion."""
    began = time.monotonic()
    text = f"The lighthouse keeper of Vlieland wrote {time.time_ns()} letters to nobody."
    document = await product.text_add("lighthouse.txt", text)
    question = "Who wrote letters in the lighthouse of Vlieland?"
    while document not in await product.found(question):
        pass
    visible, began = time.monotonic() - began, time.monotonic()
    await product.delete(document)
    deleted = time.monotonic() - began
    gone = document not in await product.found(question)
    return {
        "workload": "one document",
        "visible_s": round(visible, 2),
        "deleted_s": round(deleted, 2),
        "lost": int(not gone),
    }


async def anew(product: ProductSearch, watched: Watched) -> dict[str, Any]:
    """The same base indexed beside itself: every vector is known already."""
    before, began = watched.spent(), time.monotonic()
    await product.index_anew()
    spent = watched.spent()
    return {
        "workload": "index anew",
        "wall_s": round(time.monotonic() - began, 1),
        "encoder_cpu_s": round(spent["encoder"] - before["encoder"], 2),
        "cpu_s": round(sum(spent.values()) - sum(before.values()), 2),
    }


async def measure(instance: Instance, told: argparse.Namespace, folder: Path) -> Report:
    watched = Watched(instance)
    product = await ProductSearch.sign_up(instance.url)
    results: Report = []
    try:
        await product.base_add()
        await product.upload({"warm.txt": b"The encoder wakes up once, and nobody pays for it below."})
        for kind in KINDS:
            results.append(await throughput(product, watched, kind, files=told.files, pages=told.pages, folder=folder))
        results += [await one_more(product), await anew(product, watched)]
        for pages in SIZES:
            results.append(await growing(product, watched, "pdf", pages, folder))
    finally:
        await product.close()
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=8, help="of each format")
    parser.add_argument("--pages", type=int, default=50, help="of each file")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    told = parser.parse_args()
    began = load()
    with tempfile.TemporaryDirectory(prefix="glms-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with Instance(folder / "home") as instance:
            for part in ("sandbox", "encoder"):
                instance.wait_for(part, seconds=120)
            results = uvloop.run(measure(instance, told, folder))
    say("ingest", results, as_json=told.json, began=began)


if __name__ == "__main__":
    main()
