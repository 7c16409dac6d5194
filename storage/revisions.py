"""Revisions of the flows, and when each began to hold."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import takewhile

from sqlalchemy import Connection, delete, insert, or_, select, union
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite understands its ON CONFLICT too

from storage.follow_ups import WAITING
from storage.locks import in_turn
from storage.nudges import nudge
from storage.prepared import Prepared
from storage.records import Record, columns, read
from storage.tables import (
    CallbackRow,
    ConversationRow,
    FollowUpRow,
    PublicationRow,
    RevisionRow,
    SurveyRow,
    TicketRow,
)

PUBLISHED = "flows published"  # nudges whoever begins conversations
PUBLICATIONS_KEPT = 50
DRAFTS_KEPT = timedelta(days=7)
CLOSED_TICKETS_KEPT = timedelta(days=180)  # they may be opened again


class Publication(Record, frozen=True, kw_only=True):
    """From `at` on, new conversations got this revision; `instead_of` when it took that one back."""

    id: int
    revision: str
    at: datetime
    author: str
    message: str
    instead_of: str | None


def keep(connection: Connection, revision: str, body: str, now: datetime) -> None:
    """Have a revision that conversations may begin with, whether it is ever published or not."""
    statement = insert_or(RevisionRow).values(id=revision, body=body, created_at=now)
    connection.execute(statement.on_conflict_do_nothing())


def publish(
    connection: Connection,
    revision: str,
    body: str,
    author: str,
    message: str,
    now: datetime,
    *,
    takes_back: bool = False,
) -> bool:
    """Let new conversations begin with this revision. False when they do so already: nothing is changed."""
    in_turn(connection, "publish")
    keep(connection, revision, body, now)
    newest = current(connection)
    if newest is not None and newest.revision == revision:
        return False
    instead_of = newest.revision if newest is not None and takes_back else None
    row = {"revision": revision, "at": now, "author": author, "message": message, "instead_of": instead_of}
    connection.execute(insert(PublicationRow).values(row))
    nudge(connection, PUBLISHED)
    return True


NEWEST = Prepared(
    select(*columns(Publication, PublicationRow)).where(
        PublicationRow.id == select(PublicationRow.id).order_by(PublicationRow.id.desc()).limit(1).scalar_subquery()
    ),
    returns=columns(Publication, PublicationRow),
)


def current(connection: Connection) -> Publication | None:
    """What new conversations begin with."""
    return ask_for_current(connection)()


def ask_for_current(connection: Connection) -> Callable[[], Publication | None]:
    """The same, together with others: what this gives is called when all were sent."""
    rows = NEWEST.ask(connection, {})
    return lambda: next(iter(read(Publication, rows())), None)


def history(connection: Connection, limit: int) -> list[Publication]:
    """The newest publications first."""
    statement = select(*columns(Publication, PublicationRow)).order_by(PublicationRow.id.desc()).limit(limit)
    return read(Publication, connection.execute(statement))


def taken_back(connection: Connection) -> set[str]:
    """The revisions that were taken back, one after the other, since the last time that one was published anew."""
    newest_first = history(connection, PUBLICATIONS_KEPT)
    return {each.instead_of for each in takewhile(lambda each: each.instead_of, newest_first) if each.instead_of}


def publications_of(connection: Connection, revision: str) -> list[Publication]:
    """When this revision began to hold, the first time first."""
    statement = select(*columns(Publication, PublicationRow)).where(PublicationRow.revision == revision)
    return read(Publication, connection.execute(statement.order_by(PublicationRow.id)))


def body(connection: Connection, revision: str) -> str | None:
    """The flows of a revision, as they were kept."""
    return connection.execute(select(RevisionRow.body).where(RevisionRow.id == revision)).scalar_one_or_none()


def beginning_with(connection: Connection, letters: str) -> list[str]:
    """The revisions whose ids begin so, drafts too."""
    statement = select(RevisionRow.id).where(RevisionRow.id.startswith(letters, autoescape=True))
    return list(connection.execute(statement.order_by(RevisionRow.id)).scalars())


def prune(connection: Connection, now: datetime, kept: int = PUBLICATIONS_KEPT) -> int:
    """Forget revisions that nobody uses, and when they held. Gives how many.

    The newest publications stay, and what an open conversation needs, a rating that may still be given, a follow-up
    that waits, a number to be called, or a ticket, in which agents speak with the customer; a revision that was not
    published is somebody's draft for some days.
    """
    in_turn(connection, "publish")
    newest = select(PublicationRow.id).order_by(PublicationRow.id.desc()).limit(kept)
    rated = select(SurveyRow.conversation_id).where(SurveyRow.expires_at > now)
    followed_up = select(FollowUpRow.conversation_id).where(WAITING)
    to_call = select(CallbackRow.conversation_id).where(CallbackRow.closed_at.is_(None))
    case_open = or_(TicketRow.closed_at.is_(None), TicketRow.closed_at > now - CLOSED_TICKETS_KEPT)
    with_ticket = select(TicketRow.conversation_id).where(case_open)
    spoken_in = ConversationRow.id.in_(union(rated, followed_up, to_call, with_ticket))
    of_conversations = select(ConversationRow.revision).distinct()
    used = (
        *connection.execute(select(PublicationRow.revision).where(PublicationRow.id.in_(newest))).scalars(),
        # Each by its own index: asked for in one, every conversation that there ever was would be looked at.
        *connection.execute(of_conversations.where(ConversationRow.closed_at.is_(None))).scalars(),
        *connection.execute(of_conversations.where(spoken_in)).scalars(),
        *connection.execute(select(RevisionRow.id).where(RevisionRow.created_at > now - DRAFTS_KEPT)).scalars(),
    )
    connection.execute(delete(PublicationRow).where(PublicationRow.revision.not_in(used)))
    return connection.execute(delete(RevisionRow).where(RevisionRow.id.not_in(used))).rowcount
