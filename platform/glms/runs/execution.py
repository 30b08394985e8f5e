"""One attempt at one run: claim it, feed the loop's events to the journal, end it or leave it to the next attempt."""

import asyncio
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from typing import Literal
from uuid import UUID

import aiohttp
import structlog
from django.conf import settings

from glms.core import metrics
from glms.core.database import AWAY, in_thread, patiently
from glms.core.errors import AppError
from glms.runs.context import RunContext, context_load
from glms.runs.journal import store
from glms.runs.journal.store import ItemSaved, RunMoved
from glms.runs.journal.writer import Journal, Lease, LeaseLost, Step
from glms.runs.leases import MAX_CRASHES, MAX_LOSSES, Claim
from glms.runs.lineage import passages_used
from glms.runs.lookup import asker, look_up
from glms.runs.verification import verified
from inference.budget import Budget, FrugalModel
from inference.closing import closing
from inference.compaction import CompactingWindow
from inference.counting import ServerCounter
from inference.events import (
    CallFinished,
    CallStarted,
    Delta,
    Event,
    HistoryCompacted,
    RunCancelled,
    RunFailed,
    RunPaused,
    RunStarted,
    Terminal,
    TurnFinished,
    TurnStarted,
    TurnWithdrawn,
    WithdrawnBecause,
    decode,
)
from inference.loop import Limits, Model, Window, run_agent
from inference.messages import FinishReason, Usage
from inference.models import model_for
from inference.patience import Patience, PatientModel
from inference.replay import RunState, apply
from inference.streaming import Endpoint

log = structlog.get_logger(__name__)

StopReason = Literal["cancelled", "handed_over", "deadline"]

OURS = Patience(delays=(0.5, 1, 2, 4, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8), longest=10)
"""For a model server that the supervisor restarts: loading takes a minute."""
THEIRS = Patience(delays=(0.5, 1, 2, 4, 8), longest=20)

LOADING_LOOKS = 300
"""How often, a second apart, a run looks whether the model has begun to load where it can be reached."""

LONGEST_ANSWER = 4096
"""Tokens that are kept free for an answer whose length the agent does not limit."""
OPENS = TurnStarted | CallStarted | HistoryCompacted
"""Events that open an item."""

load = in_thread(context_load)


@dataclass(slots=True, kw_only=True)
class Execution:
    """Executes a claimed run. `stop` ends it from outside, for one of three reasons."""

    claim: Claim
    journal: Journal
    session: aiohttp.ClientSession
    state: RunState = field(default_factory=RunState)
    opened: dict[int, int] = field(default_factory=dict)
    stopping: StopReason | None = None
    conversation_id: UUID | None = None
    title_wanted: bool = False
    model: str = ""
    budget: Budget = field(default_factory=Budget)
    _abandoned: bool = False
    _loop: asyncio.Task[None] | None = None

    @property
    def lease(self) -> Lease:
        return self.claim.lease

    def stop(self, reason: StopReason) -> None:
        """End it soon: what came of an open turn is kept, withdrawn or closed as the reason asks."""
        if self.stopping is None:
            self.stopping = reason
            if self._loop:
                self._loop.cancel()

    def abandon(self) -> None:
        """Stop without a word: the lease could not be renewed, another attempt may begin at any moment."""
        self.lease.lost = True
        if self._loop and not self._abandoned:
            self._abandoned = True
            self._loop.cancel()

    def busy_with_tool(self) -> bool:
        return bool(self.state.open_calls())

    async def run(self) -> None:
        """To the run's end, or to the end of this attempt. Raises LeaseLost when another attempt took over."""
        self.state, self.opened = await _rebuild(self.lease)
        self._loop = asyncio.create_task(self._begin())
        if self.stopping:
            self._loop.cancel()
        done, _ = await asyncio.wait({self._loop}, timeout=max(self.claim.deadline, 0.0))
        if not done:
            self.stop("deadline")
            await asyncio.wait({self._loop})
        if self.lease.lost:
            raise LeaseLost
        if self.stopping and not self._ended():
            await self._stop()
        elif not self._loop.cancelled() and (error := self._loop.exception()):
            await self._fail(error)

    def _ended(self) -> bool:
        return self.state.status not in {"queued", "running"}

    async def _begin(self) -> None:
        metrics.RUNS_STARTED.inc()
        if self._is_poison():
            await self._refuse("worker_crashed", "The run ended its worker each time it was tried.")
            return
        try:
            context = await _load_patiently(self.lease.run_id)
        except AppError as error:
            await self._refuse(error.code, error.message)
            return
        self.conversation_id, self.title_wanted = context.conversation_id, context.wants_title
        self.model = context.connection.label
        self._record(RunStarted(attempt=self.lease.attempt, model=self.model))
        if self.claim.cancel_requested:
            self.stopping = "cancelled"
            return
        self._withdraw("worker_lost")
        await self._converse(context)

    def _is_poison(self) -> bool:
        """Tools are what takes a worker down: a run that only shared one with such a call is tried more often."""
        return self.claim.crashes >= (MAX_CRASHES if self.busy_with_tool() else MAX_LOSSES)

    async def _refuse(self, code: str, message: str) -> None:
        """End an attempt that cannot begin; what earlier ones left stays."""
        self._record(RunStarted(attempt=self.lease.attempt, model=self.model))
        self._close_open("interrupted")
        await self._end(_failed(code, message, self.state.spent()))

    async def _converse(self, context: RunContext) -> None:
        self.budget = context.budget
        model = self._model(context)
        limits = Limits(max_turns=context.max_turns, window=self._window(context, model))
        if context.lookup:
            ask = asker(self.session, context.connection)
            async with aclosing(look_up(context.lookup, context.conversation, self.state, ask)) as found:
                async for event in found:
                    await self._take(event)
        events = run_agent(model, context.box, context.conversation, limits=limits, spent=self.state.spent())
        async with aclosing(events):  # a stop between two events must reach the model's server and the tools
            async for event in events:
                if isinstance(event, TurnFinished) and event.citations:
                    await self._take(await verified(event, context.conversation.sources()))
                else:
                    await self._take(event)

    def _model(self, context: RunContext) -> Model:
        """The model behind its wrappers: it is asked again when it stumbles, and only while there is budget."""
        connection = context.connection
        endpoint = Endpoint(
            url=connection.url, model=connection.model, key=connection.key, silence=settings.MODEL_SILENCE
        )
        model = model_for(
            self.session,
            endpoint,
            dialect=connection.dialect,
            parameters=context.parameters,
            context_length=connection.context_length,
        )
        patient = PatientModel(model, OURS if connection.managed else THEIRS)
        return FrugalModel(patient, context.budget, spent=self.state.spent(), seconds=self.state.busy_ms() / 1000)

    def _window(self, context: RunContext, model: Model) -> Window | None:
        connection = context.connection
        if connection.context_length is None:
            return None
        reserve = min(context.parameters.get("max_tokens") or LONGEST_ANSWER, connection.context_length // 2)
        counter = ServerCounter(self.session, url=connection.url, model=connection.model, key=connection.key)
        return CompactingWindow(model=model, counter=counter, length=connection.context_length, reserve=reserve)

    async def _take(self, event: Event) -> None:
        if isinstance(event, Terminal | RunPaused):
            await self._end(event)
            return
        self._record(event)
        if isinstance(event, CallStarted):
            await self.journal.commit(self.lease)
        await self.journal.room()

    def _record(self, event: Event) -> None:
        recorded = self.journal.append(self.lease, event)
        if isinstance(event, Delta):
            self._hear(event, recorded.seq)
            return
        apply(self.state, recorded)
        position = self._position(event)
        if isinstance(event, OPENS):
            self.opened[position] = recorded.seq
        if isinstance(event, TurnFinished | CallStarted | CallFinished | HistoryCompacted):
            closed = None if isinstance(event, CallStarted) else recorded.seq
            self.journal.attach(self.lease, Step(items=(self._item(position, closed),)))
        _count(event)

    def _hear(self, event: Delta, seq: int) -> None:
        """Words that were joined with earlier ones have no number of their own."""
        self.state.last_seq = seq
        if turn := self.state.open_turn():
            if event.type == "text_added":
                turn.text += event.text
            else:
                turn.reasoning += event.text

    def _position(self, event: Event) -> int:
        if isinstance(event, CallFinished):
            for index, item in enumerate(self.state.items, start=1):
                if item.kind == "call" and item.call_id == event.call_id:
                    return index
        return len(self.state.items)

    def _item(self, position: int, closed_seq: int | None) -> ItemSaved:
        return ItemSaved(
            run_id=self.lease.run_id,
            position=position,
            opened_seq=self.opened[position],
            closed_seq=closed_seq,
            data=asdict(self.state.items[position - 1]),
        )

    def _withdraw(self, reason: WithdrawnBecause) -> None:
        if turn := self.state.open_turn():
            self._record(TurnWithdrawn(turn=turn.turn, reason=reason))

    async def _stop(self) -> None:
        """What is left to say when the loop was ended from outside."""
        match self.stopping:
            case "handed_over":
                self._withdraw("handed_over")
                await self._leave()
            case "deadline":
                self._close_open("interrupted")
                await self._end(_failed("deadline_exceeded", "The run took longer than it may.", self.state.spent()))
            case _:
                self._close_open("cancelled")
                await self._end(RunCancelled(usage=self.state.spent()))

    def _close_open(self, reason: FinishReason) -> None:
        for event in closing(self.state, reason):
            self._record(event)

    async def _fail(self, error: BaseException) -> None:
        if isinstance(error, LeaseLost):
            raise error
        log.error("run_broke", exc_info=error)
        self._close_open("interrupted")
        await self._end(
            _failed("internal", "Something went wrong on our side; the log has this run's id.", self.state.spent())
        )

    async def _end(self, event: Terminal | RunPaused) -> None:
        """The run's last word, or the last one until somebody decides."""
        recorded = self.journal.append(self.lease, event)
        apply(self.state, recorded)
        await self._move(self.state.status)
        metrics.RUNS_ENDED.labels(self.state.status).inc()
        log.info("run_ended", status=self.state.status, last_seq=self.state.last_seq)

    async def _leave(self) -> None:
        """Give the run back: another worker takes it without waiting for the lease to run out."""
        await self._move("queued")
        log.info("run_handed_over")

    async def _move(self, status: str) -> None:
        state = self.state
        error = asdict(state.error) if state.error else None
        move = RunMoved(
            run_id=self.lease.run_id,
            attempt=self.lease.attempt,
            status=status,
            model=self.model,
            last_seq=self.lease.seq,
            prompt_tokens=state.usage.prompt_tokens,
            completion_tokens=state.usage.completion_tokens,
            error=error,
            text=state.said(),
            waiting=[{"call_id": call.call_id, "waits_for": call.waits_for} for call in state.waiting],
            cost=self.budget.cost(state.usage),
            uses=passages_used(state) if status not in {"queued", "waiting"} else (),
        )
        self.journal.attach(self.lease, Step(move=move))
        await self.journal.commit(self.lease)


def _failed(code: str, message: str, usage: Usage) -> RunFailed:
    return RunFailed(code=code, message=message, usage=usage)


def _count(event: Event) -> None:
    if isinstance(event, TurnFinished):
        if event.first_token_ms is not None:
            metrics.FIRST_TOKEN_SECONDS.observe(event.first_token_ms / 1000)
        if event.usage:
            metrics.TOKENS.labels("prompt").inc(event.usage.prompt_tokens)
            metrics.TOKENS.labels("completion").inc(event.usage.completion_tokens)


async def _load_patiently(run_id: UUID) -> RunContext:
    """The context, once the database is there and the model being loaded has an address. Raises AppError."""
    for _ in range(LOADING_LOOKS):
        try:
            return await load(run_id)
        except AWAY as error:
            log.warning("database_away", error=type(error).__name__)
        except AppError as error:
            if (error.detail or {}).get("status") != "loading":
                raise
        await asyncio.sleep(1.0)
    return await load(run_id)


async def _rebuild(lease: Lease) -> tuple[RunState, dict[int, int]]:
    """The run as earlier attempts left it, and the number at which each of its items was opened."""
    if not lease.seq:
        return RunState(), {}
    lines = await patiently(lambda connection: store.read(connection, lease.run_id, 0, limit=1_000_000))
    state, opened = RunState(), {}
    for line in lines:
        recorded = decode(line.body)
        apply(state, recorded)
        if isinstance(recorded.event, OPENS):
            opened[len(state.items)] = recorded.seq
    return state, opened
