"""Follow-ups begin when their time has come: once, in calling hours, with whoever is free and wants to be spoken to."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from bot.desk.hours import daytime, is_open, opens_at
from bot.engine.following_up import is_wanted, slots_now
from bot.engine.inputs import FollowUpDue
from bot.engine.program import Program
from bot.ports import Clock, Inbound
from bot.service.case import Case
from bot.service.consequences import hear
from bot.service.jobs import Job
from bot.service.turns import Turns
from bot.service.work import Work
from storage import customers, follow_ups
from storage.database import Database, DatabaseDown
from storage.follow_ups import FollowUp, Reason

LOOK_SECONDS = 5.0
AT_ONCE = 100
BUSY = timedelta(minutes=5)  # who is in the middle of something is looked at again after it
LONG = timedelta(days=1)  # a calendar that never opens may change


class FollowUps:
    """Begins what is due, in any number of processes."""

    def __init__(self, *, database: Database, turns: Turns, clock: Clock) -> None:
        self._database = database
        self._turns = turns
        self._clock = clock

    async def run(self) -> None:
        """Begin them until cancelled."""
        while True:
            looked_at = 0
            with suppress(DatabaseDown):
                looked_at = await self.begin_due()
            if looked_at < AT_ONCE:
                await asyncio.sleep(LOOK_SECONDS)

    async def begin_due(self) -> int:
        """Look at what is due now. Gives how many there were. Raises DatabaseDown."""
        now = self._clock.now()
        due = await self._database.read(lambda connection: follow_ups.due(connection, now, AT_ONCE))
        results = await asyncio.gather(*(self._turns.do(_job(one)) for one in due), return_exceptions=True)
        for failure in results:
            if isinstance(failure, DatabaseDown):
                raise failure
        return len(due)


def _job(follow_up: FollowUp) -> Job[None]:
    """One that has a bug is given up: it would have it again and again."""
    return Job(
        act=partial(_begin, follow_up.id),
        again=None,
        conversation=follow_up.conversation_id,
        broken=(lambda work, _error: follow_ups.drop(work.connection, follow_up.id, "failed", work.now),),
    )


def _begin(follow_up_id: str, work: Work) -> None:
    follow_up = follow_ups.lock(work.connection, follow_up_id)
    if follow_up is None or follow_up.look_at > work.now:  # another process was faster
        return
    program = work.newest_program()
    booked_in = work.case(follow_up.conversation_id)
    against = _against(work, follow_up, program, booked_in)
    if against is not None or booked_in is None:
        follow_ups.drop(work.connection, follow_up.id, against or "gone", work.now)
        return
    moment = _possible_at(work, program)
    if moment > work.now or not _make_way(work, follow_up):
        follow_ups.look_again(work.connection, follow_up.id, max(moment, work.now + BUSY))
        return
    follow_ups.begun(work.connection, follow_up.id, work.now)
    due = FollowUpDue(flow=follow_up.flow, slots=slots_now(booked_in.program, follow_up.slots, booked_in.conversation))
    case = work.begin(Inbound(channel=follow_up.channel, external_id="", address=follow_up.address, heard=due))
    hear(work, case, due)


def _against(work: Work, follow_up: FollowUp, program: Program, booked_in: Case | None) -> Reason | None:
    """Why it shall never begin."""
    listener = follow_ups.listener(work.connection, follow_up.channel, follow_up.address)
    if listener is None or booked_in is None or follow_up.flow not in program.flow_set.flows:
        return "gone"
    if listener.blocked_at is not None:
        return "blocked"
    if listener.opted_out_at is not None:
        return "opted_out"
    state = booked_in.conversation
    slots = slots_now(booked_in.program, follow_up.slots, state)
    wanted = is_wanted(booked_in.program, state, follow_up.condition, slots, work.local_now, work.is_open)
    return None if wanted else "unwanted"


def _possible_at(work: Work, program: Program) -> datetime:
    """The next moment within calling hours, now if it is one: the flows' calendar, or else in the daytime."""
    name = program.flow_set.settings.calling_hours
    calendar = work.installation.desk.calendars.get(name) if name else None
    if calendar is None:
        calendar = daytime(str(work.installation.time_zone))
    if is_open(calendar, work.now):
        return work.now
    return opens_at(calendar, work.now) or work.now + LONG


def _make_way(work: Work, follow_up: FollowUp) -> bool:
    """Whether nobody is in the middle of a conversation there. One that is quiet at the menu ends for it."""
    key = (follow_up.channel, follow_up.address)
    caller = customers.Caller(channel=follow_up.channel, address=follow_up.address)
    work.call_on(caller)
    opened = work.open_case(key)
    if opened is not None:
        hear(work, opened, FollowUpDue(flow=follow_up.flow))
    return opened is None or opened.conversation.closed
