"""Legs: who had the conversation, from when to when."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, bindparam, func, insert, select, update

from storage.records import Record, columns, read
from storage.tables import LegRow

Kind = Literal["bot", "queue", "agent"]


class Leg(Record, frozen=True, kw_only=True):
    """One stretch of a conversation; `ended_at` is none while it lasts."""

    conversation_id: str
    number: int
    kind: Kind
    queue: str | None
    agent_id: str | None
    handoff_id: str | None
    started_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    first_reply_at: datetime | None


class Change(Record, frozen=True, kw_only=True):
    """The running leg, if any, ends for this reason, and the next begins; without a `kind` nothing follows."""

    conversation_id: str
    at: datetime
    end_reason: str | None = None
    kind: Kind | None = None
    queue: str | None = None
    agent_id: str | None = None
    handoff_id: str | None = None


END = (
    update(LegRow)
    .where(LegRow.conversation_id == bindparam("of_conversation"), LegRow.ended_at.is_(None))
    .values(ended_at=bindparam("at"), end_reason=bindparam("end_reason"))
)
BEGIN = insert(LegRow).from_select(
    ["conversation_id", "number", "kind", "queue", "agent_id", "handoff_id", "started_at"],
    select(
        bindparam("of_conversation", type_=LegRow.conversation_id.type),
        func.coalesce(func.max(LegRow.number), 0) + 1,
        bindparam("kind", type_=LegRow.kind.type),
        bindparam("queue", type_=LegRow.queue.type),
        bindparam("agent_id", type_=LegRow.agent_id.type),
        bindparam("handoff_id", type_=LegRow.handoff_id.type),
        bindparam("at", type_=LegRow.started_at.type),
    ).where(LegRow.conversation_id == bindparam("of_conversation")),
)


def change(connection: Connection, changes: Sequence[Change]) -> None:
    """Go over to other legs, in the given order within a conversation; conversations are locked."""
    rounds: defaultdict[int, list[Change]] = defaultdict(list)
    seen: defaultdict[str, int] = defaultdict(int)
    for one in changes:  # a conversation may change twice in a turn: bot, queue, agent
        rounds[seen[one.conversation_id]].append(one)
        seen[one.conversation_id] += 1
    for together in rounds.values():
        ends = [
            {"of_conversation": one.conversation_id, "at": one.at, "end_reason": one.end_reason} for one in together
        ]
        connection.execute(END, ends)
        begins = [
            {
                "of_conversation": one.conversation_id,
                "kind": one.kind,
                "queue": one.queue,
                "agent_id": one.agent_id,
                "handoff_id": one.handoff_id,
                "at": one.at,
            }
            for one in together
            if one.kind
        ]
        if begins:
            connection.execute(BEGIN, begins)


def replied(connection: Connection, conversation_id: str, agent_id: str, at: datetime) -> None:
    """An agent wrote to the customer: the first time in their leg is kept."""
    statement = update(LegRow).where(
        LegRow.conversation_id == conversation_id,
        LegRow.agent_id == agent_id,
        LegRow.ended_at.is_(None),
        LegRow.first_reply_at.is_(None),
    )
    connection.execute(statement.values(first_reply_at=at))


def of_conversation(connection: Connection, conversation_id: str) -> list[Leg]:
    """The legs in order."""
    statement = select(*columns(Leg, LegRow)).where(LegRow.conversation_id == conversation_id).order_by(LegRow.number)
    return read(Leg, connection.execute(statement))
