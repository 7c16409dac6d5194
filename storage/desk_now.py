"""The desk at this moment: who waits, and whom the agents have."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, and_, func, literal, select, type_coerce

from storage.columns import Moment
from storage.handoffs import WAITING
from storage.records import Record, read
from storage.tables import AddressRow, AgentRow, ConversationRow, CustomerRow, HandoffRow, LegRow

NAME = func.coalesce(func.nullif(AddressRow.name, ""), CustomerRow.name)


class Waiting(Record, frozen=True, kw_only=True):
    """Somebody who waits. `microseconds`: in queues, the time with agents in between left out."""

    handoff: str
    number: int
    queue: str
    state: str
    priority: int
    customer_id: str
    customer: str  # nothing when they have no name anywhere
    channel: str
    language: str
    offered_to: str | None
    wanted_agent: str | None
    microseconds: int


class Held(Record, frozen=True, kw_only=True):
    """Somebody whom an agent has, since then."""

    handoff: str
    number: int
    queue: str
    customer_id: str
    customer: str
    channel: str
    agent_id: str
    since: datetime | None


def waiting(connection: Connection, queues: Collection[str], now: datetime) -> list[Waiting]:
    """All who wait in these queues, queue by queue, the next one first."""
    ended = func.coalesce(LegRow.ended_at, literal(now, Moment()))
    stretch = type_coerce(ended, BigInteger) - type_coerce(LegRow.started_at, BigInteger)
    waited = select(func.coalesce(func.sum(stretch), 0)).where(
        LegRow.handoff_id == HandoffRow.id, LegRow.kind == "queue"
    )
    offered = select(AgentRow.name).where(AgentRow.id == HandoffRow.offered_to)
    wanted = select(AgentRow.name).where(AgentRow.id == HandoffRow.wanted_agent_id)
    statement = _with_name(
        *(HandoffRow.id, HandoffRow.number, HandoffRow.queue, HandoffRow.state, HandoffRow.priority),
        *(HandoffRow.customer_id, NAME, HandoffRow.channel, HandoffRow.language),
        *(offered.scalar_subquery(), wanted.scalar_subquery(), waited.correlate(HandoffRow).scalar_subquery()),
    )
    order = (HandoffRow.queue, HandoffRow.priority.desc(), HandoffRow.queued_at, HandoffRow.number)
    where = (HandoffRow.queue.in_(queues), HandoffRow.state.in_(WAITING))
    rows = connection.execute(statement.where(*where).order_by(*order))
    return read(Waiting, ((*row[:-1], int(row[-1])) for row in rows))


def held(connection: Connection, agents: Collection[str]) -> list[Held]:
    """All whom these agents have, who came first before the others."""
    since = select(LegRow.started_at).where(
        LegRow.handoff_id == HandoffRow.id, LegRow.kind == "agent", LegRow.ended_at.is_(None)
    )
    statement = _with_name(
        *(HandoffRow.id, HandoffRow.number, HandoffRow.queue, HandoffRow.customer_id),
        *(NAME, HandoffRow.channel, HandoffRow.agent_id),
        since.limit(1).correlate(HandoffRow).scalar_subquery(),
    )
    where = (HandoffRow.agent_id.in_(agents), HandoffRow.state == "taken")
    return read(Held, connection.execute(statement.where(*where).order_by(HandoffRow.number)))


def _with_name(*wanted: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*wanted)
        .join_from(HandoffRow, ConversationRow, ConversationRow.id == HandoffRow.conversation_id)
        .join(CustomerRow, CustomerRow.id == HandoffRow.customer_id)
        .join(
            AddressRow,
            and_(AddressRow.channel == ConversationRow.channel, AddressRow.address == ConversationRow.address),
            isouter=True,
        )
    )
