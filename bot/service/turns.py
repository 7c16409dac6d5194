"""An input goes through the house: once, in order, in one transaction with all that follows from it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import msgspec

from bot.ports import Clock, Inbound, Taken
from bot.service.breakdown import place_of
from bot.service.installation import Installation
from bot.service.jobs import Job, do_jobs
from bot.service.measurements import Measurements
from bot.service.taking import job_of
from bot.service.work import Work
from bot.service.written import Written
from storage.database import Connection, Database, DatabaseDown, Last

log = logging.getLogger(__name__)

T = TypeVar("T")

# Named here, since what stands in the signature of a function within a function is evaluated each time.
Outcome = tuple[list[Any], Written]
AskOutcome = Last[Outcome]
ReadOutcome = Callable[[], Outcome]

PATIENCE_SECONDS = 0.02
BATCH = 128  # inputs in one transaction; the next ones wait a few milliseconds


class Turns:
    """Takes inputs. Those that arrive while a transaction runs are taken together in the next one."""

    def __init__(
        self, *, database: Database, installation: Installation, clock: Clock, measurements: Measurements
    ) -> None:
        self._database = database
        self._installation = installation
        self._clock = clock
        self._measurements = measurements
        self._listeners: list[Callable[[Written], None]] = []
        self._waiting: list[Job[Any]] = []
        self._pressing = False  # whether something waits that is not patient
        self._later: asyncio.TimerHandle | None = None
        self._worker: asyncio.Task[None] | None = None

    def on_commit(self, listener: Callable[[Written], None]) -> None:
        """Have this called with what each transaction leaves to be done."""
        self._listeners.append(listener)

    async def take(self, inbound: Inbound) -> Taken:
        """Take an input. When this returns, it and all that follows from it is stored for good.

        Raises DatabaseDown when it is not: do not acknowledge it, so that it comes again.
        """
        with self._measurements.turn():
            return await self.do(job_of(inbound))

    async def do(self, job: Job[T]) -> T:
        """Have a job done in its turn. Raises DatabaseDown, and the bug of a job that can do nothing else."""
        self._waiting.append(job)
        if not job.patient:
            self._begin()
        elif self._later is None:
            self._later = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._begin)
        return await job.done

    async def close(self) -> None:
        """Finish what is in hand. Let nothing new come in before."""
        self._begin()
        while self._worker is not None:
            await asyncio.wait([self._worker])

    def _begin(self) -> None:
        """Do all that waits, however patient."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        self._pressing = bool(self._waiting)
        if self._pressing and self._worker is None:
            self._worker = asyncio.create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._pressing:
                jobs, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                self._pressing = bool(self._waiting)
                if not await self._do_together(jobs):
                    for job in jobs:
                        await self._do_alone(job)
        finally:
            self._worker = None

    async def _do_together(self, jobs: Sequence[Job[Any]]) -> bool:
        """Do the jobs in one transaction. False when one of them has a bug; then nothing was kept."""
        try:
            await self._transact(jobs)
        except DatabaseDown as down:
            for job in jobs:
                job.fail(down)
        except Exception:
            return False
        return True

    async def _do_alone(self, job: Job[Any]) -> None:
        """Do the job, or what is to be done instead: an input of which nothing is kept would come again for ever."""
        instead = list(job.broken)
        while True:
            try:
                await self._transact([job])
            except DatabaseDown as down:
                job.fail(down)
            except Exception as bug:
                error = place_of(bug)
                self._measurements.turn_failed()
                log.error("turn_failed", extra={"channel": job.key[0] if job.key else "", "error": error})
                if instead:
                    job.act = partial(_instead, instead.pop(0), error)
                    continue
                job.fail(bug)
            return

    async def _transact(self, jobs: Sequence[Job[Any]]) -> None:
        clock, installation = self._clock, self._installation
        holder = installation.holder.name

        def work_on(connection: Connection) -> AskOutcome:
            work = Work(connection, installation, holder, clock.now())
            answers = do_jobs(work, jobs, clock)

            def ask() -> ReadOutcome:
                written = work.write()
                return lambda: (answers, written())

            return ask

        try:
            answers, written = await self._database.run_to_last(work_on)
        except DatabaseDown:
            installation.holder.lose_sight(clock.now())  # it may have been the answer to the commit that was lost
            raise
        if installation.holder.name != holder:  # somebody lost sight meanwhile, and may let go what was leased here
            written = msgspec.structs.replace(written, parcels=(), behind_others=True)
        for key, conversation, state in written.states:
            installation.states.remember(key, conversation, state)
        if inputs := sum(job.key is not None for job in jobs):
            self._measurements.batch(inputs)
        for listener in self._listeners:
            listener(written)
        for job, answer in zip(jobs, answers, strict=True):
            job.succeed(answer)


def _instead(way: Callable[[Work, str], T], error: str, work: Work) -> T:
    return way(work, error)
