"""Agents, the queues they serve, and their presence timeline."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite understands its ON CONFLICT too

from storage.identifiers import new_id
from storage.records import Record
from storage.tables import AgentQueueRow, AgentRow, HandoffRow, LegRow, OfferRow, PresenceRow

Role = Literal["agent", "supervisor", "admin"]
Presence = Literal["available", "away", "break", "offline"]


class TelegramAccountTaken(Exception):
    """Another agent works with this Telegram account."""


class Agent(Record, frozen=True, kw_only=True):
    """Somebody who works at the desk, and how they are now. `capacity`: conversations at once."""

    id: str
    name: str
    role: Role
    telegram_id: int | None
    capacity: int
    languages: list[str]
    skills: list[str]
    active: bool
    works_privately: bool
    queues: list[str]
    presence: Presence
    presence_since: datetime | None
    presence_reason: str | None
    load: int  # hand-offs they have taken and not closed
    offered: int  # hand-offs that they may accept now

    @property
    def room(self) -> int:
        """How many more they may be given."""
        return max(0, self.capacity - self.load - self.offered)


class Lately(Record, frozen=True, kw_only=True):
    """When an agent last had anything to do, and when they were last given or offered a customer."""

    busy_at: datetime | None = None
    given_at: datetime | None = None


NOTHING = Lately()

_LOAD = select(func.count()).where(HandoffRow.agent_id == AgentRow.id, HandoffRow.state == "taken")
_OFFERED = select(func.count()).where(HandoffRow.offered_to == AgentRow.id)
_NOW = and_(PresenceRow.agent_id == AgentRow.id, PresenceRow.until.is_(None))
AGENTS = (
    select(
        *(AgentRow.id, AgentRow.name, AgentRow.role, AgentRow.telegram_id, AgentRow.capacity, AgentRow.languages),
        *(AgentRow.skills, AgentRow.active, AgentRow.works_privately),
        func.coalesce(PresenceRow.state, "offline").label("presence"),
        PresenceRow.since.label("presence_since"),
        PresenceRow.reason.label("presence_reason"),
        _LOAD.scalar_subquery().label("load"),
        _OFFERED.scalar_subquery().label("offered"),
    )
    .join_from(AgentRow, PresenceRow, _NOW, isouter=True)
    .order_by(AgentRow.name, AgentRow.id)
)
ONE = AGENTS.where(AgentRow.id == bindparam("id"))  # every act of an agent reads it again and again


def add(
    connection: Connection,
    *,
    name: str,
    role: Role,
    telegram_id: int | None,
    queues: Collection[str],
    now: datetime,
    capacity: int = 5,
    languages: Sequence[str] = (),
    skills: Sequence[str] = (),
) -> str:
    """A new agent, offline at first; gives the id. Raises TelegramAccountTaken."""
    agent_id = new_id()
    statement = insert_or(AgentRow).values(
        id=agent_id,
        name=name,
        role=role,
        telegram_id=telegram_id,
        capacity=capacity,
        languages=list(languages),
        skills=list(skills),
        active=True,
        created_at=now,
    )
    account = statement.on_conflict_do_nothing(index_elements=[AgentRow.telegram_id]).returning(AgentRow.id)
    if connection.execute(account).scalar_one_or_none() is None:
        raise TelegramAccountTaken
    serve(connection, agent_id, queues)
    return agent_id


def serve(connection: Connection, agent_id: str, queues: Collection[str]) -> None:
    """The agent serves these queues and no others."""
    _lock(connection, agent_id)  # two who say so at once would both add the same row
    connection.execute(delete(AgentQueueRow).where(AgentQueueRow.agent_id == agent_id))
    if queues:
        rows = [{"agent_id": agent_id, "queue": queue} for queue in sorted(set(queues))]
        connection.execute(insert(AgentQueueRow), rows)


def change(connection: Connection, agent_id: str, **changes: Any) -> bool:
    """Set columns of an agent: name, role, telegram_id, capacity, languages, skills, active."""
    return connection.execute(update(AgentRow).where(AgentRow.id == agent_id).values(**changes)).rowcount == 1


def remove(connection: Connection, agent_id: str, now: datetime) -> bool:
    """The agent works here no more; the account may be given to another. What they did stays in the reports.

    Those whom they had are due from now on: somebody else has to take them.
    """
    held = update(HandoffRow).where(HandoffRow.agent_id == agent_id, HandoffRow.state == "taken")
    connection.execute(held.values(due_at=now))
    be(connection, agent_id, "offline", None, now)
    serve(connection, agent_id, ())
    return change(connection, agent_id, active=False, telegram_id=None)


def be(connection: Connection, agent_id: str, state: Presence, reason: str | None, now: datetime) -> None:
    """The agent is in this state from now on; the timeline is kept. The same state again changes nothing."""
    running = and_(PresenceRow.agent_id == agent_id, PresenceRow.until.is_(None))
    _lock(connection, agent_id)
    current = connection.execute(select(PresenceRow.state, PresenceRow.reason).where(running)).one_or_none()
    if current is not None and tuple(current) == (state, reason):
        return
    connection.execute(update(PresenceRow).where(running).values(until=now))
    connection.execute(insert(PresenceRow).values(agent_id=agent_id, state=state, reason=reason, since=now))


def every(connection: Connection) -> list[Agent]:
    """All active agents, by name."""
    return _read(connection, AgentRow.active.is_(True))


def get(connection: Connection, agent_id: str) -> Agent | None:
    """The agent of this id, active or not."""
    return next(iter(_agents(connection, ONE, id=agent_id)), None)


def name_of(connection: Connection, agent_id: str | None) -> str | None:
    """What the agent of this id is called, active or not; none of nobody."""
    named = select(AgentRow.name).where(AgentRow.id == agent_id)
    return connection.execute(named).scalar_one_or_none() if agent_id is not None else None


def lock(connection: Connection, agent_id: str) -> Agent | None:
    """The agent, whom no other transaction gives or takes anything until this one ends."""
    _lock(connection, agent_id)
    return get(connection, agent_id)


def _lock(connection: Connection, agent_id: str) -> None:
    # Rows that only name the agent, such as an offer, need not wait.
    connection.execute(select(AgentRow.id).where(AgentRow.id == agent_id).with_for_update(key_share=True))


def lately(connection: Connection, since: datetime) -> dict[str, Lately]:
    """What agents last did, by id; who did nothing since then is left out."""
    had = select(LegRow.agent_id, func.max(LegRow.started_at), func.max(LegRow.ended_at)).where(
        LegRow.kind == "agent", LegRow.started_at >= since
    )
    offered = select(OfferRow.agent_id, func.max(OfferRow.offered_at)).where(OfferRow.offered_at >= since)
    found = {
        agent_id: Lately(busy_at=max(filter(None, (began, ended))), given_at=began)
        for agent_id, began, ended in connection.execute(had.group_by(LegRow.agent_id))
        if agent_id is not None
    }
    for agent_id, at in connection.execute(offered.group_by(OfferRow.agent_id)):
        known = found.get(agent_id, NOTHING)
        found[agent_id] = Lately(busy_at=known.busy_at, given_at=max(filter(None, (known.given_at, at))))
    return found


def by_telegram(connection: Connection, telegram_id: int) -> Agent | None:
    """The active agent with this Telegram account."""
    return next(iter(_read(connection, AgentRow.telegram_id == telegram_id, AgentRow.active.is_(True))), None)


def queues_served(connection: Connection) -> set[str]:
    """The names of all queues that agents serve, those that the desk's file has no more among them."""
    return set(connection.execute(select(AgentQueueRow.queue).distinct()).scalars())


def serving(connection: Connection, queue: str) -> list[Agent]:
    """The active agents who serve a queue, by name, in whatever state they are."""
    serves = AgentRow.id.in_(select(AgentQueueRow.agent_id).where(AgentQueueRow.queue == queue))
    return _read(connection, serves, AgentRow.active.is_(True))


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> list[Agent]:
    return _agents(connection, AGENTS.where(*conditions))


def _agents(connection: Connection, statement: Select[Any], **parameters: Any) -> list[Agent]:
    rows = connection.execute(statement, parameters).all()
    queues = _queues(connection, [row.id for row in rows])
    return [Agent(**row._asdict(), queues=queues[row.id]) for row in rows]


def _queues(connection: Connection, agent_ids: Collection[str]) -> defaultdict[str, list[str]]:
    """The queues that each serves, by name."""
    queues: defaultdict[str, list[str]] = defaultdict(list)
    served = select(AgentQueueRow.agent_id, AgentQueueRow.queue).where(AgentQueueRow.agent_id.in_(agent_ids))
    for agent_id, queue in connection.execute(served.order_by(AgentQueueRow.queue)):
        queues[agent_id].append(queue)
    return queues
