"""Lasting work that only one process may do at a time, such as fetching a bot's updates."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite understands its ON CONFLICT too

from storage.tables import DutyRow

SKEW = timedelta(minutes=1)  # between the clocks of several machines


def hold(connection: Connection, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Take the work or go on with it until then. False while another process has it and its time is not over.

    Who has it for much longer than it is asked for now had a clock that went ahead.
    """
    statement = insert_or(DutyRow).values(name=name, holder=holder, until=until)
    free = or_(DutyRow.holder == holder, DutyRow.until <= now, DutyRow.until > until + SKEW)
    statement = statement.on_conflict_do_update(
        index_elements=[DutyRow.name], set_={"holder": holder, "until": until}, where=free
    )
    return connection.execute(statement.returning(DutyRow.name)).one_or_none() is not None


def let_go(connection: Connection, name: str, holder: str) -> None:
    """Leave the work to others."""
    connection.execute(delete(DutyRow).where(DutyRow.name == name, DutyRow.holder == holder))


def free(connection: Connection) -> None:
    """Leave all work to others: who had it is gone."""
    connection.execute(delete(DutyRow))
