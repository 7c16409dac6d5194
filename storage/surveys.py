"""Ratings: asked for, answered, commented."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, case, func, insert, literal, select, update

from storage import customers
from storage.columns import Moment
from storage.prepared import Prepared
from storage.records import Record, values
from storage.tables import AddressRow, SurveyRow

Key = tuple[str, str]  # channel and address


class Sent(Record, frozen=True, kw_only=True):
    """A survey that was sent. Who and what is rated stands here for good."""

    id: str
    conversation_id: str
    customer_id: str
    name: str
    kind: Literal["csat", "nps", "ces", "custom"]
    after: Literal["handoff", "self_service", "step"]
    agent_id: str | None = None
    queue: str | None = None
    flow: str | None = None
    revision: str
    channel: str
    language: str
    sent_at: datetime
    expires_at: datetime


def send(connection: Connection, rows: Sequence[Sent]) -> None:
    """Keep surveys that were sent."""
    if rows:
        connection.execute(insert(SurveyRow), [values(row) for row in rows])


def answer(connection: Connection, survey_id: str, score: int, now: datetime) -> bool:
    """Keep a score, or another one in its place. False when the survey has expired or there is none."""
    moment = literal(now, Moment())
    statement = (
        update(SurveyRow)
        .where(SurveyRow.id == survey_id, SurveyRow.expires_at > now)
        .values(
            score=score,
            answered_at=func.coalesce(SurveyRow.answered_at, moment),
            changed_at=case((SurveyRow.answered_at.is_(None), None), else_=moment),
        )
    )
    return connection.execute(statement).rowcount == 1


def comment(connection: Connection, survey_id: str, text: str) -> bool:
    """Keep what the customer wrote to their score."""
    return connection.execute(update(SurveyRow).where(SurveyRow.id == survey_id).values(comment=text)).rowcount == 1


SENT_LAST = func.max(SurveyRow.sent_at)
LAST_ASKED = Prepared(
    select(SurveyRow.customer_id, SurveyRow.name, SENT_LAST)
    .join_from(customers.AT_ADDRESSES, SurveyRow, SurveyRow.customer_id == AddressRow.customer_id)
    .group_by(SurveyRow.customer_id, SurveyRow.name),
    returns=(SurveyRow.customer_id, SurveyRow.name, SENT_LAST),
)


def last_asked(connection: Connection, customer_id: str) -> dict[str, datetime]:
    """When this customer was asked each survey for the last time, in whatever channel."""
    statement = select(SurveyRow.name, SENT_LAST).where(SurveyRow.customer_id == customer_id).group_by(SurveyRow.name)
    return {row[0]: row[1] for row in connection.execute(statement)}


def ask_for_last_at(connection: Connection, keys: Collection[Key]) -> Callable[[], dict[str, dict[str, datetime]]]:
    """The same of whoever is at these addresses, by their ids; together with others: what this gives is called when all
    were sent.
    """
    rows = LAST_ASKED.ask(connection, customers.ADDRESSES.of(keys))

    def asked() -> dict[str, dict[str, datetime]]:
        found: dict[str, dict[str, datetime]] = {}
        for customer_id, name, at in rows():
            found.setdefault(customer_id, {})[name] = at
        return found

    return asked
