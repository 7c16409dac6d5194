"""Legs: who had the conversation, from when to when."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import BigInteger, Connection, bindparam, func, insert, select, update
from sqlalchemy.orm import aliased

from storage.batches import Batch
from storage.columns import to_microseconds
from storage.prepared import Prepared
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


ENDED = Batch({name: getattr(LegRow, name).type for name in ("conversation_id", "ended_at", "end_reason")})
END = Prepared(
    update(LegRow)
    .where(LegRow.conversation_id == ENDED["conversation_id"], LegRow.ended_at.is_(None))
    .values(ended_at=ENDED["ended_at"], end_reason=ENDED["end_reason"])
)
BEGUN = Batch(
    {
        name: getattr(LegRow, name).type
        for name in ("conversation_id", "kind", "queue", "agent_id", "handoff_id", "started_at")
    }
)
LAST = aliased(LegRow)
NEXT_NUMBER = (
    select(func.coalesce(func.max(LAST.number), 0) + 1)
    .where(LAST.conversation_id == BEGUN["conversation_id"])
    .correlate(BEGUN.rows)
    .scalar_subquery()
)
BEGIN = Prepared(insert(LegRow).from_select([*BEGUN.columns, "number"], select(*BEGUN.columns.values(), NEXT_NUMBER)))


def change(connection: Connection, changes: Sequence[Change]) -> None:
    """Go over to other legs, in the given order within a conversation; conversations are locked."""
    rounds: defaultdict[int, list[Change]] = defaultdict(list)
    seen: defaultdict[str, int] = defaultdict(int)
    for one in changes:  # a conversation may change twice in a turn: bot, queue, agent
        rounds[seen[one.conversation_id]].append(one)
        seen[one.conversation_id] += 1
    for each in rounds.values():
        END.run(connection, ENDED.of((one.conversation_id, one.at, one.end_reason) for one in each))
        begun = [
            (one.conversation_id, one.kind, one.queue, one.agent_id, one.handoff_id, one.at) for one in each if one.kind
        ]
        if begun:
            BEGIN.run(connection, BEGUN.of(begun))


REPLIED = Prepared(
    update(LegRow)
    .where(
        LegRow.conversation_id == bindparam("of_conversation"),
        LegRow.agent_id == bindparam("agent"),
        LegRow.ended_at.is_(None),
        LegRow.first_reply_at.is_(None),
    )
    .values(first_reply_at=bindparam("at", type_=BigInteger))
)


def replied(connection: Connection, conversation_id: str, agent_id: str, at: datetime) -> None:
    """An agent wrote to the customer: the first time in their leg is kept."""
    REPLIED.run(connection, {"of_conversation": conversation_id, "agent": agent_id, "at": to_microseconds(at)})


def of_conversation(connection: Connection, conversation_id: str) -> list[Leg]:
    """The legs in order."""
    statement = select(*columns(Leg, LegRow)).where(LegRow.conversation_id == conversation_id).order_by(LegRow.number)
    return read(Leg, connection.execute(statement))
