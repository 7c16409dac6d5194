"""Timers of the desk: what is due for a hand-off, a callback or a ticket. They outlive any process."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite understands its ON CONFLICT too

from storage.records import Record, columns, read, values
from storage.tables import DeskTimerRow


class Timer(Record, frozen=True, kw_only=True):
    """One of a `kind` for each `subject`: the id of a hand-off, a callback or a ticket of this conversation."""

    kind: str
    subject: str
    conversation_id: str
    due_at: datetime


def start(connection: Connection, timer: Timer) -> None:
    """Let it be due then; one that ran for the same is put off or brought forward."""
    statement = insert_or(DeskTimerRow).values(**values(timer))
    key = [DeskTimerRow.kind, DeskTimerRow.subject]
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_={"due_at": statement.excluded.due_at}))


def stop(connection: Connection, subject: str, kinds: Collection[str]) -> None:
    """None of these is due any more for this."""
    connection.execute(delete(DeskTimerRow).where(DeskTimerRow.subject == subject, DeskTimerRow.kind.in_(kinds)))


def running(connection: Connection, subject: str) -> set[str]:
    """The kinds of those that run for this."""
    return set(connection.execute(select(DeskTimerRow.kind).where(DeskTimerRow.subject == subject)).scalars())


def is_due(connection: Connection, kind: str, subject: str, now: datetime) -> bool:
    """Whether the time of this one has come, too."""
    own = (DeskTimerRow.kind == kind, DeskTimerRow.subject == subject, DeskTimerRow.due_at <= now)
    return connection.execute(select(DeskTimerRow.kind).where(*own)).one_or_none() is not None


def due(connection: Connection, now: datetime, limit: int) -> list[Timer]:
    """Those whose time has come. Lock the conversation, then `end` each: who ends it does what it is for."""
    statement = select(*columns(Timer, DeskTimerRow)).where(DeskTimerRow.due_at <= now)
    return read(Timer, connection.execute(statement.order_by(DeskTimerRow.due_at).limit(limit)))


def end(connection: Connection, timer: Timer, now: datetime) -> bool:
    """Take the timer away if it is still due. False when somebody else has, or it was put off."""
    own = (DeskTimerRow.kind == timer.kind, DeskTimerRow.subject == timer.subject, DeskTimerRow.due_at <= now)
    return connection.execute(delete(DeskTimerRow).where(*own)).rowcount == 1
