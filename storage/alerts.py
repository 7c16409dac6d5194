"""What supervisors were alerted of. Alerts that come soon after each other stand in one message: they are a batch."""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.identifiers import new_id
from storage.records import Record, columns, read, values
from storage.tables import AlertRow

What = Literal["first_answer", "next_answer", "unanswered", "released"]
Outcome = Literal["answered", "taken", "closed", "left", "callback", "refused"]

TOGETHER = timedelta(minutes=1)
MOST_TOGETHER = 8  # more buttons would be hard to tell apart


class Alarm(Record, frozen=True, kw_only=True):
    """`what` happened to a hand-off, while this agent had it, after so many `seconds`."""

    handoff_id: str
    what: What
    seconds: float
    agent_id: str | None
    at: datetime


class Alert(Alarm, frozen=True, kw_only=True):
    """One that was raised: in which batch and message it is shown, and how it ended."""

    batch: str
    message_id: str | None
    outcome: Outcome | None


def add(connection: Connection, chat: str, alarm: Alarm) -> str:
    """Raise it. Gives its batch: one that began within the last minute and has room, or a new one."""
    recent = (
        select(AlertRow.batch)
        .where(AlertRow.chat == chat, AlertRow.at > alarm.at - 2 * TOGETHER)
        .group_by(AlertRow.batch)
        .having(func.min(AlertRow.at) > alarm.at - TOGETHER, func.count() < MOST_TOGETHER)
        .order_by(AlertRow.batch.desc())
        .limit(1)
    )
    batch = connection.execute(recent).scalar_one_or_none() or new_id()
    message = select(func.max(AlertRow.message_id)).where(AlertRow.batch == batch).scalar_subquery()
    connection.execute(insert(AlertRow).values(chat=chat, batch=batch, message_id=message, **values(alarm)))
    return batch


def of_batch(connection: Connection, batch: str) -> list[Alert]:
    """Those that stand in one message, in order."""
    statement = select(*columns(Alert, AlertRow)).where(AlertRow.batch == batch).order_by(AlertRow.id)
    return read(Alert, connection.execute(statement))


def settle(connection: Connection, handoff_id: str, outcome: Outcome) -> set[str]:
    """What the alerts of this hand-off were for is over. Gives the batches in which it was not known yet."""
    running = (AlertRow.handoff_id == handoff_id, AlertRow.outcome.is_(None))
    statement = update(AlertRow).where(*running).values(outcome=outcome).returning(AlertRow.batch)
    return set(connection.execute(statement).scalars())


def show(connection: Connection, batch: str, message_id: str) -> None:
    """The batch stands in this message."""
    connection.execute(update(AlertRow).where(AlertRow.batch == batch).values(message_id=message_id))


def prune(connection: Connection, before: datetime) -> None:
    """Forget alerts that were raised before that moment."""
    connection.execute(delete(AlertRow).where(AlertRow.at < before))
