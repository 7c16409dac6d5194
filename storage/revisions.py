"""Revisions of the flows, and when each began to hold."""

from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite understands its ON CONFLICT too

from storage.records import Record, columns, read
from storage.tables import PublicationRow, RevisionRow


class Publication(Record, frozen=True, kw_only=True):
    """From `at` on, new conversations got this revision."""

    id: int
    revision: str
    at: datetime
    author: str
    message: str


def publish(connection: Connection, revision: str, body: str, author: str, message: str, now: datetime) -> bool:
    """Let new conversations begin with this revision. False when they do so already: nothing is changed."""
    statement = insert_or(RevisionRow).values(id=revision, body=body, created_at=now)
    connection.execute(statement.on_conflict_do_nothing())
    newest = current(connection)
    if newest is not None and newest.revision == revision:
        return False
    connection.execute(insert(PublicationRow).values(revision=revision, at=now, author=author, message=message))
    return True


def current(connection: Connection) -> Publication | None:
    """What new conversations begin with."""
    return next(iter(history(connection, 1)), None)


def history(connection: Connection, limit: int) -> list[Publication]:
    """The newest publications first."""
    statement = select(*columns(Publication, PublicationRow)).order_by(PublicationRow.id.desc()).limit(limit)
    return read(Publication, connection.execute(statement))


def body(connection: Connection, revision: str) -> str | None:
    """The flows of a revision, as they were kept."""
    return connection.execute(select(RevisionRow.body).where(RevisionRow.id == revision)).scalar_one_or_none()
