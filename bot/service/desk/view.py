"""The desk at a glance: its queues, its agents, and who waits."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from bot.content import Value
from bot.desk.desk_file import Desk
from bot.desk.hours import Weekday, is_open, opens_at
from bot.desk.waiting import like_hours, turns
from bot.service.desk.words import shown_name
from storage import agents, desk_now, waits
from storage.agents import Agent, Presence, Role
from storage.database import Connection, Database
from storage.desk_now import Held, Waiting


class QueueView(Value, frozen=True, kw_only=True):
    """A queue now. `free` of the agents who are `there` could take one more; `opens_at` when it is closed."""

    name: str
    is_open: bool
    opens_at: datetime | None
    waiting: int
    longest_wait_seconds: float | None
    there: int
    free: int


class HeldView(Value, frozen=True, kw_only=True):
    """A customer whom an agent has."""

    handoff: str
    number: int
    customer: str
    queue: str
    seconds: float


class AgentView(Value, frozen=True, kw_only=True):
    """An agent now, and whom they have; since when they are so is not known of who never was there."""

    id: str
    name: str
    role: Role
    queues: tuple[str, ...]
    presence: Presence
    reason: str | None
    seconds: float | None
    load: int
    capacity: int
    customers: tuple[HeldView, ...]


class WaitingView(Value, frozen=True, kw_only=True):
    """A customer who waits. `seconds` in queues, the time with agents in between left out."""

    handoff: str
    number: int
    customer: str
    queue: str
    channel: str
    language: str
    state: str
    priority: int
    seconds: float
    offered_to: str | None
    wanted_agent: str | None


class DeskView(Value, frozen=True, kw_only=True):
    """All of it at one moment; `waiting` queue by queue, the next one first."""

    at: datetime
    queues: tuple[QueueView, ...]
    agents: tuple[AgentView, ...]
    waiting: tuple[WaitingView, ...]


async def view(database: Database, desk: Desk, now: datetime, language: str = "en") -> DeskView:
    """The desk as it stands; who has no name is called something in that language. Raises DatabaseDown."""
    return await database.read(lambda connection: _view(connection, desk, now, language))


async def usual_turns(
    database: Database, queues: Iterable[str], now: datetime, weekend: Collection[Weekday]
) -> dict[str, list[float]]:
    """How long each place took in these queues at such hours, for `expected_wait`; `now` is in the business's zone.

    It hardly changes within a minute. Raises DatabaseDown.
    """
    stretches = like_hours(now, weekend)
    return await database.read(
        lambda connection: {queue: turns(waits.waits(connection, queue, stretches)) for queue in queues}
    )


def _view(connection: Connection, desk: Desk, now: datetime, language: str) -> DeskView:
    everybody = agents.every(connection)
    held = desk_now.held(connection, [agent.id for agent in everybody])
    names = list(dict.fromkeys([*desk.queues, *(queue for agent in everybody for queue in agent.queues)]))
    waiting = [_waiting(one, language) for one in desk_now.waiting(connection, names, now)]
    return DeskView(
        at=now,
        queues=tuple(
            queue
            for queue in (_queue(desk, name, everybody, waiting, now) for name in names)
            if queue.waiting or queue.name in desk.queues  # one that is gone from the desk's file may still hold people
        ),
        agents=tuple(_agents(everybody, held, now, language)),
        waiting=tuple(waiting),
    )


def _queue(desk: Desk, name: str, everybody: list[Agent], waiting: list[WaitingView], now: datetime) -> QueueView:
    calendar = desk.calendar_of(name if name in desk.queues else desk.default_queue)
    opened = is_open(calendar, now)
    there = [agent for agent in everybody if name in agent.queues and agent.presence == "available"]
    waits = [one.seconds for one in waiting if one.queue == name]
    return QueueView(
        name=name,
        is_open=opened,
        opens_at=None if opened else opens_at(calendar, now),
        waiting=len(waits),
        longest_wait_seconds=max(waits, default=None),
        there=len(there),
        free=sum(agent.room > 0 for agent in there),
    )


def _agents(everybody: list[Agent], held: list[Held], now: datetime, language: str) -> Iterable[AgentView]:
    customers: defaultdict[str, list[HeldView]] = defaultdict(list)
    for one in held:
        customers[one.agent_id].append(_held(one, now, language))
    for agent in everybody:
        yield AgentView(
            id=agent.id,
            name=agent.name,
            role=agent.role,
            queues=tuple(agent.queues),
            presence=agent.presence,
            reason=agent.presence_reason,
            seconds=_seconds(agent.presence_since, now),
            load=agent.load,
            capacity=agent.capacity,
            customers=tuple(customers[agent.id]),
        )


def _held(held: Held, now: datetime, language: str) -> HeldView:
    return HeldView(
        handoff=held.handoff,
        number=held.number,
        customer=shown_name(held.customer, held.channel, held.customer_id, language),
        queue=held.queue,
        seconds=_seconds(held.since, now) or 0.0,
    )


def _waiting(waiting: Waiting, language: str) -> WaitingView:
    return WaitingView(
        handoff=waiting.handoff,
        number=waiting.number,
        customer=shown_name(waiting.customer, waiting.channel, waiting.customer_id, language),
        queue=waiting.queue,
        channel=waiting.channel,
        language=waiting.language,
        state=waiting.state,
        priority=waiting.priority,
        seconds=waiting.microseconds / 1e6,
        offered_to=waiting.offered_to,
        wanted_agent=waiting.wanted_agent,
    )


def _seconds(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else (now - since) / timedelta(seconds=1)
