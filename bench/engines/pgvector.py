"""PostgreSQL with pgvector's HNSW and its own full text, joined by reciprocal ranks in one statement."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import psycopg

BATCH = 5000
CANDIDATES, RANK_CONSTANT = 40, 60
HYBRID = """
    with near as (select key, row_number() over (order by vector <=> %(vector)s) as rank
                  from (select key, vector from chunks order by vector <=> %(vector)s limit %(depth)s) as n),
         told as (select key, row_number() over (order by weight desc) as rank
                  from (select key, ts_rank_cd(words, query) as weight
                        from chunks, to_tsquery('simple', %(words)s) as query
                        where words @@ query order by weight desc limit %(depth)s) as t)
    select key from near full join told using (key)
    order by coalesce(1.0 / (%(constant)s + near.rank), 0) + coalesce(1.0 / (%(constant)s + told.rank), 0) desc
    limit %(k)s
"""


class Engine:
    def __init__(self, folder: Path, dimension: int) -> None:
        self._folder = folder
        self._start()
        self._free: SimpleQueue[psycopg.Connection] = SimpleQueue()
        with self._connection() as connection:
            connection.execute("create extension if not exists vector")
            connection.execute(
                f"create table if not exists chunks (key bigint primary key, body text, vector vector({dimension}),"
                " words tsvector generated always as (to_tsvector('simple', body)) stored)"
            )

    def build(self, vectors: Any, texts: Sequence[str]) -> None:
        for start in range(0, len(vectors), BATCH):
            self.add(range(start, min(start + BATCH, len(vectors))), vectors[start : start + BATCH], texts)
        with self._connection() as connection:
            connection.execute("set maintenance_work_mem = '4GB'")
            connection.execute("create index on chunks using hnsw (vector vector_cosine_ops)")
            connection.execute("create index on chunks using gin (words)")
            connection.execute("analyze chunks")

    def add(self, keys: Sequence[int], vectors: Any, texts: Sequence[str]) -> None:
        into = "copy chunks (key, body, vector) from stdin"
        with self._connection() as connection, connection.cursor() as cursor, cursor.copy(into) as copy:
            for key, vector in zip(keys, vectors, strict=True):
                copy.write_row((key, texts[key], _written(vector)))

    def delete(self, keys: Sequence[int]) -> None:
        with self._connection() as connection:
            connection.execute("delete from chunks where key = any(%s)", (list(keys),))

    def search(self, text: str, vector: Any, k: int) -> list[int]:
        words = " | ".join(dict.fromkeys("".join(c if c.isalnum() else " " for c in text).split()))
        told = {
            "vector": _written(vector), "words": words, "k": k, "depth": CANDIDATES, "constant": RANK_CONSTANT,
        }  # fmt: skip
        with self._connection() as connection:
            return [row[0] for row in connection.execute(HYBRID, told)]

    def nearest(self, vector: Any, k: int) -> list[int]:
        with self._connection() as connection:
            rows = connection.execute("select key from chunks order by vector <=> %s limit %s", (_written(vector), k))
            return [row[0] for row in rows]

    def close(self) -> None:
        self._control("stop", "-m", "fast")

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection]:
        where = f"host={self._folder} dbname=postgres user=bench"
        connection = psycopg.connect(where, autocommit=True) if self._free.empty() else self._free.get()
        try:
            yield connection
        finally:
            self._free.put(connection)

    def _start(self) -> None:
        data = self._folder / "data"
        if not data.exists():
            self._run("initdb", "-D", str(data), "-U", "bench", "--encoding=UTF8", "--no-sync")
        settings = f"-c listen_addresses='' -c unix_socket_directories={self._folder} -c shared_buffers=2GB"
        self._control("start", "-w", "-o", settings, "-l", str(self._folder / "log"))

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        """PostgreSQL refuses to run as root."""
        binaries = Path(os.environ["BENCH_POSTGRES"])
        become = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups") if os.geteuid() == 0 else ()
        if become:
            shutil.chown(self._folder, 65534, 65534)
        subprocess.run([*become, str(binaries / program), *arguments], check=True, stdout=subprocess.DEVNULL)


def _written(vector: Any) -> str:
    return "[" + ",".join(f"{number:.6g}" for number in vector) + "]"
