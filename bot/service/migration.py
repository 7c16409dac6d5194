"""Running conversations that go over to another revision of the flows when it is published."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Literal

import msgspec

from bot.content import Value
from bot.engine.conversation import Conversation, conversation_from_json
from bot.engine.flow import FlowSet
from bot.engine.migrating import Obstacle, Way, begin_again, go_over, obstacle
from bot.engine.program import Program, compile_program
from bot.service.consequences import answer, hear, put_aside, record
from bot.service.jobs import Job
from bot.service.programs import Programs, UnknownRevision
from bot.service.turns import Turns
from bot.service.work import UnreadableState, Work
from storage import conversations, revisions
from storage.conversations import Stored
from storage.database import Database

AT_ONCE = 100

Restart = Literal["nobody", "stuck", "everybody"]
"""Who begins again: nobody, those who can't go over, or everybody."""

Fate = Literal["moved", "restarted", "stayed", "overtaken"]


class Standing(Value, frozen=True, kw_only=True):
    """So many customers can't go over: the new flows do not have the step where they stand, which `revision` has.

    With a `slot` they have, but not for what the customers answered.
    """

    flow: str
    step: str
    revision: str
    customers: int
    slot: str | None = None


class Plan(Value, frozen=True, kw_only=True):
    """What would become of the conversations that run now.

    `stay` counts those who are stuck and do not begin again: that is not wished, or they are with a person or wait for
    an action.
    """

    move: int = 0
    restart: int = 0
    stay: int = 0
    stuck: tuple[Standing, ...] = ()


class Outcome(Value, frozen=True, kw_only=True):
    """What became of them. `overtaken`: other flows were published meanwhile, and the rest goes with those."""

    moved: int = 0
    restarted: int = 0
    stayed: int = 0
    overtaken: bool = False


class Migration:
    """Takes running conversations over, each in one transaction. Those on a draft stay there."""

    def __init__(self, *, database: Database, turns: Turns, programs: Programs) -> None:
        self._database = database
        self._turns = turns
        self._programs = programs

    async def plan(self, revision: str, flow_set: FlowSet, restart: Restart) -> Plan:
        """What would become of them with these flows. Raises DatabaseDown."""
        after = await asyncio.to_thread(compile_program, flow_set, revision)
        ways: dict[str, Way | None] = {}
        fates: Counter[Fate] = Counter()
        standing: Counter[tuple[str, Obstacle]] = Counter()
        async for rows in self._running(revision):
            for stored in rows:
                if stored.revision not in ways:
                    ways[stored.revision] = await self._way_from(stored.revision, after)
                conversation, way = _read(stored), ways[stored.revision]
                if way is None or conversation is None:
                    fates["stayed"] += 1
                    continue
                met = obstacle(way, conversation)
                fates[_fate(conversation, met, restart)] += 1
                if met is not None:
                    standing[stored.revision, met] += 1
        return Plan(
            move=fates["moved"],
            restart=fates["restarted"],
            stay=fates["stayed"],
            stuck=tuple(
                Standing(flow=met.flow, step=met.step, slot=met.slot, revision=before, customers=count)
                for (before, met), count in standing.most_common()
            ),
        )

    async def take_over(self, revision: str, restart: Restart) -> Outcome:
        """Let them go on with this revision, as long as it is the published one. Raises DatabaseDown."""
        ways: dict[str, Way] = {}
        fates: Counter[Fate] = Counter()
        async for rows in self._running(revision):
            jobs = [_job(stored.id, revision, restart, ways) for stored in rows]
            fates.update(await asyncio.gather(*(self._turns.do(job) for job in jobs)))
            if fates["overtaken"]:
                break
        return Outcome(
            moved=fates["moved"],
            restarted=fates["restarted"],
            stayed=fates["stayed"],
            overtaken=fates["overtaken"] > 0,
        )

    async def _running(self, revision: str) -> AsyncIterator[Sequence[Stored]]:
        """The open conversations of other published revisions, the oldest first."""
        rows = await self._next(revision, 0)
        while rows:
            yield rows
            rows = await self._next(revision, rows[-1].number)

    async def _next(self, revision: str, after: int) -> Sequence[Stored]:
        return await self._database.read(
            lambda connection: conversations.open_on_others(connection, revision, after, AT_ONCE)
        )

    async def _way_from(self, revision: str, after: Program) -> Way | None:
        try:
            before = await self._database.read(lambda connection: self._programs.of(connection, revision))
        except UnknownRevision:
            return None
        return await asyncio.to_thread(Way, before, after)


def _read(stored: Stored) -> Conversation | None:
    try:
        return conversation_from_json(stored.state)
    except msgspec.DecodeError:
        return None


def _fate(conversation: Conversation, met: Obstacle | None, restart: Restart) -> Fate:
    """Who is with a person, or waits for what an action does, is not torn away from it."""
    wait = conversation.wait
    is_busy = conversation.handoff is not None or (wait is not None and wait.kind in ("action", "handoff"))
    if not is_busy and (restart == "everybody" or (restart == "stuck" and met is not None)):
        return "restarted"
    return "stayed" if met is not None else "moved"


def _job(conversation: str, revision: str, restart: Restart, ways: dict[str, Way]) -> Job[Fate]:
    def act(work: Work) -> Fate:
        return _take_over(work, conversation, revision, restart, ways)

    # One that breaks is left as it was; the bug is in the log.
    return Job(act=act, again="stayed", conversation=conversation, broken=(lambda _work, _error: "stayed",))


def _take_over(work: Work, conversation_id: str, revision: str, restart: Restart, ways: dict[str, Way]) -> Fate:
    try:
        case = work.case(conversation_id)
    except UnreadableState:
        return "stayed"
    if case is None or case.conversation.closed or case.conversation.revision == revision:
        return "stayed"
    published = revisions.current(work.connection)
    if published is None or published.revision != revision:
        return "overtaken"
    conversation = case.conversation
    way = ways.get(conversation.revision)
    if way is None:
        way = Way(case.program, work.installation.programs.of(work.connection, revision))
        ways[conversation.revision] = way
    fate = _fate(conversation, obstacle(way, conversation), restart)
    if fate == "stayed":
        return fate
    if fate == "moved":
        turn = go_over(way, conversation)
    else:
        if conversation.wait is not None:
            put_aside(work, case, conversation.wait)
        turn = begin_again(way, conversation, work.local_now, work.is_open)
    case.program, case.conversation = way.after, turn.conversation
    conversations.change_revision(work.connection, conversation_id, revision)
    had_keyboard = conversation.wait is not None and conversation.wait.expects in ("contact", "location")
    for request in record(work, case, turn.events, had_keyboard=had_keyboard):
        hear(work, case, answer(work, case, request))
    return fate
