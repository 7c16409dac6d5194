"""What time does: waits that run out become inputs, and what is no longer needed is swept away."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from bot.engine.inputs import TimePassed
from bot.engine.rewinding import AHEAD
from bot.ports import Clock
from bot.service.breakdown import break_off, give_up
from bot.service.case import Case
from bot.service.consequences import hear
from bot.service.desk.passing_on import end_wait, give_back
from bot.service.desk.timers import ring
from bot.service.installation import Installation
from bot.service.jobs import Job
from bot.service.measurements import Measurements
from bot.service.turns import Turns
from bot.service.work import Work
from storage import (
    agents,
    alerts,
    conversations,
    desk_timers,
    follow_ups,
    handoffs,
    inbox,
    one_use_links,
    outbox,
    private_desk,
    revisions,
    rewinding,
)
from storage.database import Connection, Database, DatabaseDown
from storage.desk_timers import Timer
from storage.handoffs import Handoff
from storage.locks import alone
from storage.rows import PRUNED_AT_ONCE

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
AT_ONCE = 200
SNOOZE = timedelta(seconds=30)  # a conversation that is still due after it was woken must not be woken all the time
MEASURE_SECONDS = 15.0
SWEEP_SECONDS = 600.0
SWEEP_ON_SECONDS = 1.0  # where more is old than was forgotten in a moment
MANY = PRUNED_AT_ONCE // 2  # rows forgotten at once: there may be more
REWIND_SECONDS = 60.0
INBOX_KEPT = timedelta(days=3)  # longer than any channel brings an input again
OUTBOX_KEPT = timedelta(days=30)


class Wakeups:
    """Wakes conversations and hand-offs whose time has come, in any number of processes."""

    def __init__(
        self, *, database: Database, turns: Turns, installation: Installation, clock: Clock, measurements: Measurements
    ) -> None:
        self._database = database
        self._turns = turns
        self._installation = installation
        self._clock = clock
        self._measurements = measurements

    async def run(self) -> None:
        """Wake until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._wake_all())
            group.create_task(self._rewind_all())
            group.create_task(self._measure())
            group.create_task(self._sweep())

    async def wake_due(self) -> int:
        """Wake what is due now. Gives how many there were. Raises DatabaseDown."""
        now = self._clock.now()
        due = await self._database.run(lambda connection: conversations.due(connection, now, AT_ONCE))
        waited, timers = await self._database.read(lambda connection: _due_at_the_desk(connection, now))
        jobs = [_job(stored.id, _wake) for stored in due]
        jobs += [_job(one.conversation_id, partial(_end_wait, handoff=one.id)) for one in waited]
        jobs += [_timer_job(timer) for timer in timers]
        results = await asyncio.gather(*(self._turns.do(job) for job in jobs), return_exceptions=True)
        for failure in results:
            if isinstance(failure, DatabaseDown):
                raise failure
        return len(jobs)

    async def _wake_all(self) -> None:
        while True:
            woken = 0
            with suppress(DatabaseDown):
                woken = await self.wake_due()
            if woken < AT_ONCE:
                await asyncio.sleep(LOOK_SECONDS)

    async def rewind(self) -> int:
        """Wake what would sleep too long, since it began while the clock was ahead. Gives how many there were. Raises
        DatabaseDown.
        """
        now = self._clock.now()
        late = await self._database.read(lambda connection: conversations.heard_after(connection, now + AHEAD, AT_ONCE))
        jobs = [self._turns.do(_job(conversation, _rewind)) for conversation in late]
        await asyncio.gather(*jobs, return_exceptions=True)

        def work(connection: Connection) -> int:
            return follow_ups.rewind(connection, now, AHEAD) + rewinding.rewind(connection, now, AHEAD)

        return len(late) + await self._database.run(work)

    async def _rewind_all(self) -> None:
        while True:
            with suppress(DatabaseDown):
                if rewound := await self.rewind():
                    log.warning("clock_was_ahead", extra={"rewound": rewound})
            await asyncio.sleep(REWIND_SECONDS)

    async def _measure(self) -> None:
        while True:
            with suppress(DatabaseDown):
                self._measurements.queues(await self._database.read(self._queue_lengths))
            await asyncio.sleep(MEASURE_SECONDS)

    def _queue_lengths(self, connection: Connection) -> dict[str, int]:
        return {name: handoffs.waiting_count(connection, name) for name in self._installation.desk.queues}

    async def _sweep(self) -> None:
        while True:
            is_more = False
            try:
                is_more = await self._database.run(self._sweep_once)
            except DatabaseDown as down:
                log.warning("not_swept", extra={"reason": str(down)})  # or the tables would grow unseen
            await asyncio.sleep(SWEEP_ON_SECONDS if is_more else SWEEP_SECONDS)

    def _sweep_once(self, connection: Connection) -> bool:
        """Forget what is old, for a moment. True when there may be more of it."""
        if not alone(connection, "sweep"):
            return False
        now = self._clock.now()
        taken, sent = inbox.prune(connection, now - INBOX_KEPT), outbox.prune(connection, now - OUTBOX_KEPT)
        private_desk.prune(connection, now)
        revisions.prune(connection, now)
        alerts.prune(connection, now - OUTBOX_KEPT)
        one_use_links.prune(connection, now - OUTBOX_KEPT)
        return max(taken, sent) >= MANY


def _job(conversation: str, act: Callable[[Work, Case], None]) -> Job[None]:
    """The act on this conversation, and what to do when it has a bug."""
    return Job(
        act=partial(_on, conversation, act),
        again=None,
        conversation=conversation,
        broken=(
            lambda work, error: _break_off(work, conversation, error),
            lambda work, error: _give_up(work, conversation, error),
        ),
    )


def _due_at_the_desk(connection: Connection, now: datetime) -> tuple[list[Handoff], list[Timer]]:
    return handoffs.due(connection, now, AT_ONCE), desk_timers.due(connection, now, AT_ONCE)


def _timer_job(timer: Timer) -> Job[None]:
    """A timer rings once, whatever comes of it: one whose conversation is gone or broken must not ring for ever."""

    def ring_once(work: Work) -> None:
        if desk_timers.end(work.connection, timer, work.now) and (case := work.case(timer.conversation_id)):
            ring(work, case, timer)

    def break_once(work: Work, error: str) -> None:
        if desk_timers.end(work.connection, timer, work.now):
            _break_off(work, timer.conversation_id, error)

    def give_up_once(work: Work, error: str) -> None:
        if desk_timers.end(work.connection, timer, work.now):
            _give_up(work, timer.conversation_id, error)

    return Job(act=ring_once, again=None, conversation=timer.conversation_id, broken=(break_once, give_up_once))


def _on(conversation: str, act: Callable[[Work, Case], None], work: Work) -> None:
    case = work.case(conversation)
    if case is not None:
        act(work, case)


def _wake(work: Work, case: Case) -> None:
    if not _is_due(work, case.conversation.due_at):  # another process was faster
        return
    hear(work, case, TimePassed())
    if _is_due(work, case.conversation.due_at):
        case.replace(due_at=work.now + SNOOZE)


def _rewind(work: Work, case: Case) -> None:
    """What has not run out yet only learns of the time."""
    if case.conversation.heard_at > work.now + AHEAD:
        hear(work, case, TimePassed())


def _end_wait(work: Work, case: Case, *, handoff: str) -> None:
    """Nobody came in the longest time that the customer shall wait, or who came is there no more."""
    kept = handoffs.get(work.connection, handoff)
    if kept is None or not _is_due(work, kept.due_at):
        return
    if kept.state == "taken" and kept.agent_id is not None:
        agent = agents.get(work.connection, kept.agent_id)
        give_back(work, case, kept, kept.agent_id, why="away" if agent and agent.active else "removed")
    elif kept.state in handoffs.WAITING:
        end_wait(work, case, kept, "max_wait")


def _break_off(work: Work, conversation: str, error: str) -> None:
    case = work.blank_case(conversation, ("", ""))
    if case is not None:
        break_off(work, case, error)


def _give_up(work: Work, conversation: str, error: str) -> None:
    case = work.blank_case(conversation, ("", ""))
    if case is not None:
        give_up(work, case, error)


def _is_due(work: Work, due_at: datetime | None) -> bool:
    return due_at is not None and due_at <= work.now
