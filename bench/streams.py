"""Load on the whole product: many runs at once from a synthetic model server of known text and pace.

Workloads (see `--help`): W1 one stream flat out, W2 64 streams at 20 ms, W3a 256 at 50 ms, W3b 1,000 at 50 ms,
W5 short replies one after the other. Web, worker, PostgreSQL and Valkey are the product's own, started by the
supervisor; journal on, rows written, ownership checked. Every word of every stream is checked for order and presence;
`added_ms` is from the moment a word left the model server to the moment its reader had it.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import uvloop

from tests.support.instance import Instance

ARRIVALS = 16
"""Runs that are being started at once; those that were started stay open beside them."""
PARTS = ("web", "runs", "background", "beat", "postgres", "valkey")


@dataclass(frozen=True)
class Workload:
    streams: int
    tokens: int
    pace_ms: float
    rounds: int = 1
    gated: bool = True


WORKLOADS = {
    "W1": Workload(1, 256, 0, rounds=40, gated=False),
    "W2": Workload(64, 256, 20),
    "W3a": Workload(256, 128, 50),
    "W3b": Workload(1000, 128, 50),
    "W5": Workload(32, 16, 0, rounds=20, gated=False),
}


@dataclass
class Heard:
    """What one reader got."""

    first_ms: float = 0.0
    asked_ms: float = 0.0
    added_ms: list[float] = field(default_factory=list)
    words: int = 0
    seen: int = 0
    wrong: int = 0
    error: str = ""
    text: list[str] = field(default_factory=list)


def percentiles(values: list[float]) -> dict[str, float]:
    if not values:
        return {}
    ordered = sorted(values)
    return {f"p{p}": round(ordered[min(len(ordered) - 1, int(len(ordered) * p / 100))], 1) for p in (50, 95, 99)} | {
        "max": round(ordered[-1], 1)
    }


class Bench:
    """One instance under load."""

    def __init__(self, base: str, model: str) -> None:
        self.base = base
        self.model = model
        self.token = ""
        self.conversations: list[str] = []
        self.arrivals = asyncio.Semaphore(ARRIVALS)

    async def prepare(self, session: aiohttp.ClientSession, count: int) -> None:
        person = {"email": f"bench{time.time_ns()}@example.com", "password": "correct horse battery", "name": "Bench"}
        if not self.token:
            signed = await self.post(session, "/_allauth/app/v1/auth/signup", person)
            self.token = signed["meta"]["session_token"]
        agent = await self.post(session, "/api/v1/agents", {"draft": {"name": "Bench"}})
        gate = asyncio.Semaphore(4)

        async def one() -> str:
            async with gate:
                made = await self.post(session, "/api/v1/conversations", {"agent_id": agent["id"]})
                return str(made["id"])

        self.conversations = await asyncio.gather(*(one() for _ in range(count)))

    async def post(self, session: aiohttp.ClientSession, path: str, body: Any) -> Any:
        async with session.post(self.base + path, json=body, headers=self.headers()) as response:
            told = await response.json()
            if response.status >= 400:
                raise RuntimeError(f"{path}: {response.status} {told}")
            return told

    def headers(self) -> dict[str, str]:
        return {"X-Session-Token": self.token} if self.token else {}

    async def stream(self, session: aiohttp.ClientSession, conversation: str, prompt: str, tokens: int) -> Heard:
        heard = Heard()
        began = time.time()
        try:
            async with self.arrivals:
                began = time.time()
                started = await self.post(session, f"/api/v1/conversations/{conversation}/runs", {"text": prompt})
                heard.asked_ms = (time.time() - began) * 1000
            await self.follow(session, started["run"]["id"], heard, began)
        except (aiohttp.ClientError, RuntimeError, TimeoutError) as error:
            heard.error = f"{type(error).__name__}: {error}"[:200]
        heard.wrong += abs(tokens - heard.words)
        return heard

    async def follow(self, session: aiohttp.ClientSession, run: str, heard: Heard, began: float) -> None:
        async with session.get(f"{self.base}/api/v1/runs/{run}/events", headers=self.headers()) as response:
            if response.status != 200:
                raise RuntimeError(f"events: {response.status} {await response.text()}")
            async for line in response.content:
                if line.startswith(b"data: "):
                    self.hear(heard, json.loads(line[6:]), began)

    def hear(self, heard: Heard, event: dict[str, Any], began: float) -> None:
        """Take one event; what is out of order, doubled, missing or altered is counted as wrong."""
        now = time.time()
        heard.wrong += event["seq"] != heard.seen + 1
        heard.seen = event["seq"]
        match event["type"]:
            case "text_added":
                if not heard.words:
                    heard.first_ms = (now - began) * 1000
                self.take(heard, event["text"], now)
            case "turn_finished":
                heard.wrong += event["text"] != "".join(heard.text)
            case "run_failed":
                heard.error = event["message"]

    @staticmethod
    def take(heard: Heard, text: str, now: float) -> None:
        heard.text.append(text)
        for word in text.split():
            name, _, left = word.partition(":")
            if name != f"w{heard.words}":
                heard.wrong += 1
            heard.words += 1
            heard.added_ms.append(now * 1000 - int(left) / 1000)

    async def run(self, session: aiohttp.ClientSession, name: str, load: Workload) -> dict[str, Any]:
        await self.prepare(session, load.streams)
        gate = f"g{time.time_ns()}" if load.gated else "-"
        prompt = f"BENCH {load.tokens} {load.pace_ms:g} {gate} END"
        before = self.spent()
        began = time.monotonic()
        heard: list[Heard] = []
        for _ in range(load.rounds):
            streams = [
                asyncio.create_task(self.stream(session, conversation, prompt, load.tokens))
                for conversation in self.conversations
            ]
            if load.gated:
                before = await self.open_gate(session, gate, load.streams)
                began = time.monotonic()
            heard += await asyncio.gather(*streams)
        wall = time.monotonic() - began
        spent = {part: seconds - before[part] for part, seconds in self.spent().items()}
        return self.report(name, load, heard, wall, spent)

    async def open_gate(self, session: aiohttp.ClientSession, gate: str, count: int) -> dict[str, float]:
        """Let all streams speak at once, when every one of them has reached the model server."""
        for _ in range(600):
            async with session.get(f"{self.model}/waiting") as response:
                if int(await response.text()) >= count:
                    break
            await asyncio.sleep(0.2)
        await asyncio.sleep(1.0)
        before = self.spent()
        async with session.post(f"{self.model}/open/{gate}"):
            return before

    def processes(self) -> dict[str, list[psutil.Process]]:
        return {}

    def spent(self) -> dict[str, float]:
        return {part: cpu_seconds(found) for part, found in self.processes().items()}

    def report(
        self, name: str, load: Workload, heard: list[Heard], wall: float, spent: dict[str, float]
    ) -> dict[str, Any]:
        added = [value for one in heard for value in one.added_ms]
        firsts = [one.added_ms[0] for one in heard if one.added_ms]
        tokens = sum(one.words for one in heard)
        return {
            "workload": name,
            "streams": load.streams * load.rounds,
            "ttft_ms": percentiles(firsts),
            "added_ms": percentiles(added),
            "asked_ms": percentiles([one.asked_ms for one in heard]),
            "request_to_first_ms": percentiles([one.first_ms for one in heard]) if not load.gated else None,
            "cpu_ms_per_1k": round(sum(spent.values()) * 1e6 / max(tokens, 1), 1),
            "cpu_by_part": {part: round(seconds * 1e6 / max(tokens, 1), 1) for part, seconds in spent.items()},
            "tokens": tokens,
            "lost": sum(one.wrong for one in heard),
            "errors": sum(bool(one.error) for one in heard),
            "first_error": next((one.error for one in heard if one.error), ""),
            "wall_s": round(wall, 2),
            "requests_per_s": round(len(heard) / wall, 1) if not load.gated else None,
            "pss_mb": pss_mb(self.processes()),
        }


def cpu_seconds(processes: list[psutil.Process]) -> float:
    """User and system time of the processes and of their children that have ended."""
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def pss_mb(parts: dict[str, list[psutil.Process]]) -> float:
    total = 0
    for process in (process for found in parts.values() for process in found):
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return round(total / 1e6, 1)


class OwnBench(Bench):
    """Load on an instance that was started here, whose processes can be weighed."""

    def __init__(self, instance: Instance, model: str) -> None:
        super().__init__(instance.url, model)
        self._instance = instance

    def processes(self) -> dict[str, list[psutil.Process]]:
        found = {}
        for part in PARTS:
            process = psutil.Process(self._instance.pid(part))
            found[part] = [process, *process.children(recursive=True)]
        return found


async def measure(bench: Bench, names: list[str]) -> list[dict[str, Any]]:
    results = []
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=None, sock_read=120)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, read_bufsize=2**18) as session:
        await bench.prepare(session, 1)
        idle = pss_mb(bench.processes())
        await bench.run(session, "warm-up", Workload(8, 16, 5))
        for name in names:
            result = await bench.run(session, name, WORKLOADS[name])
            results.append(result | {"idle_pss_mb": idle})
            print(json.dumps(results[-1]), file=sys.stderr, flush=True)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workloads", default="W1,W2,W3a,W3b,W5")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    options = parser.parse_args()
    names = options.workloads.split(",")
    server = subprocess.Popen([sys.executable, "-m", "bench.paced_server"], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    model = f"http://127.0.0.1:{json.loads(server.stdout.readline())['port']}"
    try:
        with tempfile.TemporaryDirectory(prefix="glms-bench-") as home:
            began = time.monotonic()
            environment = {"GLMS_MODEL_URL": f"{model}/v1", "GLMS_MODEL_NAME": "bench"}
            with Instance(Path(home) / "home", environment=environment) as instance:
                start_s = round(time.monotonic() - began, 1)
                results = uvloop.run(measure(OwnBench(instance, model), names))
    finally:
        server.terminate()
    if options.json:
        print(json.dumps({"workload": "streams", "start_s": start_s, "results": results}))
    else:
        for result in results:
            print(result)


if __name__ == "__main__":
    main()
