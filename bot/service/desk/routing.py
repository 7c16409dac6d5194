"""Offers waiting customers to agents who are there, as the queues say."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from bot.content import Value
from bot.desk import routing
from bot.desk.routing import Customer
from bot.ports import Clock
from bot.service.breakdown import place_of
from bot.service.case import Case
from bot.service.desk import offers
from bot.service.desk.passing_on import end_wait, move_to_queue
from bot.service.desk.queueing import is_at_work, is_there
from bot.service.installation import Installation
from bot.service.jobs import Job
from bot.service.turns import Turns
from bot.service.work import Work
from bot.service.written import ROUTING, Written
from storage import agents, handoffs
from storage import offers as kept_offers
from storage.agents import Agent
from storage.database import Connection, Database, DatabaseDown
from storage.handoffs import Handoff

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0  # a nudge may be lost, and pauses end
LISTEN_SECONDS = 60.0
LEFT_ALONE = timedelta(seconds=60)  # what a bug stopped would be stopped again, and others wait
LATELY = timedelta(days=1)  # what agents did before is nothing that routing minds


Deed = Callable[[Work, Case, Handoff], object]


class Plan(Value, frozen=True, kw_only=True):
    """What there is to do at the desk now."""

    offers: Sequence[routing.Offer] = ()
    withdrawn: Sequence[str] = ()  # hand-offs that are offered to agents who are gone
    stranded: Sequence[str] = ()  # hand-offs in queues that nobody serves any more
    homeless: Sequence[str] = ()  # hand-offs in queues that the desk's file has no more


class Router:
    """Looks whenever customers wait or agents become free, in any number of processes: of two that offer one wins."""

    def __init__(self, *, database: Database, turns: Turns, installation: Installation, clock: Clock) -> None:
        self._database = database
        self._turns = turns
        self._installation = installation
        self._clock = clock
        self._bell = asyncio.Event()
        self._left_alone: dict[str, datetime] = {}  # hand-offs that a bug stopped, and until when

    def accept(self, written: Written) -> None:
        """Look again if this transaction changed anything for the desk."""
        if written.needs_routing:
            self._bell.set()

    async def run(self) -> None:
        """Route until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look())
            group.create_task(self._hear_others())

    async def route(self) -> int:
        """Do what there is to do now. Gives how much there was. Raises DatabaseDown."""
        now = self._clock.now()
        plan = await self._database.read(lambda connection: self._plan(connection, now))
        deeds: list[tuple[str, Deed]] = [(handoff, offers.withdraw_from_absent) for handoff in plan.withdrawn]
        deeds += [(handoff, _end_stranded) for handoff in plan.stranded]
        deeds += [(handoff, _take_in) for handoff in plan.homeless]
        # By agent: two processes that lock them in the same order don't wait for each other in a circle.
        deeds += [(offer.handoff, _offer_to(offer.agent)) for offer in sorted(plan.offers, key=lambda one: one.agent)]
        results = await asyncio.gather(*(self._turns.do(_job(*deed)) for deed in deeds), return_exceptions=True)
        for (handoff, _), failure in zip(deeds, results, strict=True):
            if isinstance(failure, DatabaseDown):
                raise failure
            if isinstance(failure, Exception):
                log.error("offer_failed", extra={"handoff": handoff, "error": place_of(failure)})
                self._left_alone[handoff] = now + LEFT_ALONE
        return len(deeds)

    async def _look(self) -> None:
        while True:
            self._bell.clear()
            with suppress(DatabaseDown):
                await self.route()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._bell.wait()

    async def _hear_others(self) -> None:
        watch = self._database.watch(ROUTING)
        while True:
            if await watch.wait(LISTEN_SECONDS):
                self._bell.set()

    def _plan(self, connection: Connection, now: datetime) -> Plan:
        queues = self._installation.desk.queues
        self._left_alone = {handoff: until for handoff, until in self._left_alone.items() if until > now}
        names = queues.keys() | agents.queues_served(connection)
        found = [one for one in handoffs.waiting(connection, *names) if one.id not in self._left_alone]
        homeless = [one.id for one in found if one.queue not in queues and one.offered_to is None]
        waiting = [one for one in found if one.queue in queues]
        if not waiting:
            return Plan(homeless=homeless)
        everybody = agents.every(connection)
        there = [agent for agent in everybody if is_there(self._installation, agent)]
        served = {queue for agent in everybody for queue in agent.queues}
        free = [handoff for handoff in waiting if handoff.offered_to is None and handoff.queue in served]
        at_work = {agent.id for agent in everybody if is_at_work(agent)}
        return Plan(
            offers=self._offers(connection, free, there, now),
            withdrawn=[one.id for one in waiting if one.offered_to is not None and one.offered_to not in at_work],
            stranded=[one.id for one in waiting if one.offered_to is None and one.queue not in served],
            homeless=homeless,
        )

    def _offers(
        self, connection: Connection, waiting: Sequence[Handoff], there: Sequence[Agent], now: datetime
    ) -> list[routing.Offer]:
        desk = self._installation.desk
        offered = [
            handoff
            for handoff in waiting
            if desk.queue_named(handoff.queue).distribution != "manual" or handoff.wanted_agent_id is not None
        ]
        if not offered or not any(agent.room for agent in there):
            return []
        asked = kept_offers.asked(connection, [handoff.id for handoff in offered])
        lately = agents.lately(connection, now - LATELY)
        customers = [
            Customer(
                handoff=handoff.id,
                number=handoff.number,
                queue=desk.queue_named(handoff.queue),
                queued_at=handoff.queued_at or handoff.requested_at,
                priority=handoff.priority,
                skills=frozenset(handoff.skills),
                language=handoff.language,
                wanted=handoff.wanted_agent_id,
                asked={
                    agent: routing.Asked(times=known.times, declined_at=known.declined_at)
                    for agent, known in asked.get(handoff.id, {}).items()
                },
            )
            for handoff in offered
        ]
        return routing.route(
            customers, [_offerable(agent, lately.get(agent.id, agents.NOTHING), now) for agent in there], now
        )


def _offerable(agent: Agent, lately: agents.Lately, now: datetime) -> routing.Agent:
    return routing.Agent(
        id=agent.id,
        queues=frozenset(agent.queues),
        capacity=agent.capacity,
        room=agent.room,
        free_since=max(filter(None, (lately.busy_at, agent.presence_since)), default=now),
        given_at=lately.given_at,
        skills=frozenset(agent.skills),
        languages=frozenset(agent.languages),
    )


def _job(handoff_id: str, deed: Deed) -> Job[None]:
    """The deed on this hand-off, as it stands when its turn comes."""

    def act(work: Work) -> None:
        handoff = handoffs.get(work.connection, handoff_id)
        case = work.case(handoff.conversation_id) if handoff else None
        if handoff is not None and case is not None:
            deed(work, case, handoff)

    return Job(act=act, again=None, conversation=handoff_id.partition(".")[0])


def _offer_to(agent: str) -> Deed:
    return lambda work, case, handoff: offers.make(work, case, handoff, agent)


def _end_stranded(work: Work, case: Case, handoff: Handoff) -> None:
    """Nobody serves its queue any more: to wait would be in vain."""
    if handoff.state in handoffs.FREE and not agents.serving(work.connection, handoff.queue):
        end_wait(work, case, handoff, "no_agent")


def _take_in(work: Work, case: Case, handoff: Handoff) -> None:
    """Its queue is gone from the desk's file: it waits in the one that stands for all those."""
    if handoff.state in handoffs.FREE and handoff.queue not in work.installation.desk.queues:
        move_to_queue(work, case, handoff, work.installation.desk.queue_named(handoff.queue), by=None, why="overflow")
