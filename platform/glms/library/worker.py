"""The threads of a process that do the library's jobs: claim one, do it, say what came of it, look for the next."""

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import uuid4

import structlog
from django.db import connections

from glms.core.database import AWAY
from glms.library import crawling, drafting, evaluating, indexing, ingestion, purging, rebuilding
from glms.library.attempts import MARGIN, Attempt, Drained, Failed, Later
from glms.library.jobs import INTERACTIVE, LEASE, MAX_CRASHES, REBUILD, Claim, LeaseLost, claim, end, give_back, renew
from glms.library.models import JobKind

log = structlog.get_logger(__name__)

POLL = 2.0
"""Seconds between looks for jobs that no message told of."""
RENEWAL = 1.0
"""Seconds between renewals: also how soon a worker learns that its job was cancelled."""
MAX_TRIES = 20
LONGEST_PAUSE = 60.0
INTERNAL = {"code": "internal", "message": "Something went wrong on our side; the log has this job's id."}
CRASHED = {"code": "worker_crashed", "message": "Each worker that tried this ended without a word."}


def _only_end(given: Claim, told: Mapping[str, str]) -> None:
    log.warning("job_given_up", job=str(given.job_id), kind=given.kind, **told)
    end(given)


def _silently(_given: Claim, _told: Mapping[str, str]) -> None:
    """Nobody waits for it."""


@dataclass(frozen=True, kw_only=True)
class Handler:
    """How a kind of job is done.

    do: raises Later, Failed, Drained. fail: gives it up and ends the job. wait: says what it waits for. All raise
    LeaseLost.
    """

    do: Callable[[Attempt], None]
    fail: Callable[[Claim, Mapping[str, str]], None] = _only_end
    wait: Callable[[Claim, Mapping[str, str]], None] = _silently


HANDLERS: Mapping[str, Handler] = {
    JobKind.INGEST: Handler(do=ingestion.ingest, fail=ingestion.fail, wait=ingestion.wait),
    JobKind.CRAWL: Handler(do=crawling.crawl, fail=crawling.fail),
    JobKind.EVALUATE: Handler(do=evaluating.evaluate, fail=evaluating.fail),
    JobKind.DRAFT: Handler(do=drafting.draft),
    JobKind.MERGE: Handler(do=indexing.merge),
    JobKind.REBUILD: Handler(do=rebuilding.rebuild),
    JobKind.PURGE: Handler(do=purging.purge),
}


@dataclass(eq=False)
class Worker:
    """`start` it, `wake` it when there is something to do, `drain` it before the process ends."""

    threads: int = 2
    owner: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}")
    _wake: threading.Condition = field(default_factory=threading.Condition)
    _nudges: int = 0
    _draining: threading.Event = field(default_factory=threading.Event)
    _open: dict[Attempt, None] = field(default_factory=dict)
    _running: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """One thread only does what somebody waits for: it is never behind a thousand documents."""
        ranks = [REBUILD] * self.threads + [INTERACTIVE]
        bodies = [(f"library-{number}", self._work, rank) for number, rank in enumerate(ranks)]
        self._running = [
            threading.Thread(target=body, args=(rank,), name=name, daemon=True) for name, body, rank in bodies
        ]
        self._running.append(threading.Thread(target=self._renew, name="library-leases", daemon=True))
        for thread in self._running:
            thread.start()

    def wake(self) -> None:
        with self._wake:
            self._nudges += 1
            self._wake.notify_all()

    def drain(self, *, seconds: float = 4.0) -> None:
        """Take nothing more, and give back what is open at its next step."""
        self._draining.set()
        self.wake()
        deadline = time.monotonic() + seconds
        for thread in self._running:
            thread.join(max(0.0, deadline - time.monotonic()))

    def one(self, *, rank: int = REBUILD) -> bool:
        """Do one job in this thread. Returns whether there was one."""
        given = claim(owner=self.owner, rank=rank)
        if given is None:
            return False
        attempt = Attempt(given, draining=self._draining)
        self._open[attempt] = None
        try:
            with structlog.contextvars.bound_contextvars(job=str(given.job_id), kind=given.kind):
                perform(attempt)
        finally:
            self._open.pop(attempt, None)
        return True

    def _work(self, rank: int) -> None:
        while not self._draining.is_set():
            seen, found = self._nudges, False
            try:
                found = self.one(rank=rank)
            except AWAY as error:
                log.warning("library_waits", error=type(error).__name__)
                time.sleep(1.0)
            except Exception:
                log.exception("library_broke")
                time.sleep(1.0)
            finally:
                connections.close_all()
            if not found:
                with self._wake:
                    self._wake.wait_for(partial(self._is_nudged, seen), timeout=POLL)

    def _is_nudged(self, seen: int) -> bool:
        return self._nudges != seen

    def _renew(self) -> None:
        while not self._draining.is_set() or self._open:
            time.sleep(RENEWAL)
            if held := list(self._open):
                self._renew_all(held)
            for attempt in held:
                if attempt.valid_until < time.monotonic():
                    attempt.lost.set()

    def _renew_all(self, held: Sequence[Attempt]) -> None:
        began = time.monotonic()
        try:
            ours = renew(attempt.claim for attempt in held)
        except AWAY as error:
            log.warning("renewal_failed", error=type(error).__name__)
            return
        finally:
            connections.close_all()
        for attempt in held:
            if attempt.claim.job_id in ours:
                attempt.valid_until = began + LEASE - MARGIN
            elif attempt in self._open:
                attempt.lost.set()


def perform(attempt: Attempt) -> None:
    """Do a claimed job, whatever comes of it."""
    given = attempt.claim
    handler = HANDLERS[given.kind]
    try:
        if given.crashes >= MAX_CRASHES:
            handler.fail(given, CRASHED)
        else:
            _try(handler, attempt)
    except LeaseLost:
        log.info("job_lost")


def _try(handler: Handler, attempt: Attempt) -> None:
    given = attempt.claim
    try:
        handler.do(attempt)
    except (LeaseLost, *AWAY):
        raise
    except Drained:
        give_back(given)
    except Failed as error:
        log.info("job_failed", code=error.code)
        handler.fail(given, error.told)
    except Later as error:
        _later(handler, given, {"code": error.code, "message": error.message})
    except Exception:
        log.exception("job_broke")
        _later(handler, given, INTERNAL, most=3)


def _later(handler: Handler, given: Claim, told: Mapping[str, str], *, most: int = MAX_TRIES) -> None:
    if given.tries >= most:
        handler.fail(given, told)
        return
    handler.wait(given, told)
    give_back(given, seconds=min(LONGEST_PAUSE, 2.0**given.tries), tried=True)


_lock = threading.Lock()
_workers: dict[int, Worker] = {}


def worker(threads: int) -> Worker:
    """The worker of this process, started at the first call."""
    with _lock:
        if os.getpid() not in _workers:
            _workers[os.getpid()] = made = Worker(threads=threads)
            made.start()
        return _workers[os.getpid()]


def drain_all() -> None:
    """Before this process ends."""
    if made := _workers.get(os.getpid()):
        made.drain()
