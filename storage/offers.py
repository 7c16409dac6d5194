"""Offers: to whom a hand-off was shown, one agent after the other, and what they made of it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, and_, func, insert, select, update

from storage.records import Record, columns, read
from storage.tables import LegRow, OfferRow

Outcome = Literal["accepted", "declined", "lapsed", "withdrawn"]
NOT_TAKEN = ("declined", "lapsed")


class Offer(Record, frozen=True, kw_only=True):
    """A hand-off that one agent may accept until then."""

    handoff_id: str
    agent_id: str
    offered_at: datetime
    until: datetime


class Asked(Record, frozen=True, kw_only=True):
    """How often an agent did not take a hand-off since it last began to wait, and when they last declined it."""

    times: int
    declined_at: datetime | None


def start(connection: Connection, offer: Offer) -> None:
    """Keep it; a hand-off is offered to one agent at a time."""
    connection.execute(insert(OfferRow), [{name: getattr(offer, name) for name in offer.__struct_fields__}])


def end(connection: Connection, handoff_id: str, outcome: Outcome, now: datetime) -> str | None:
    """The running offer of the hand-off is over. Gives the agent to whom it was made, none if there was none."""
    running = update(OfferRow).where(OfferRow.handoff_id == handoff_id, OfferRow.ended_at.is_(None))
    ended = running.values(ended_at=now, outcome=outcome).returning(OfferRow.agent_id)
    return connection.execute(ended).scalar_one_or_none()


def prolong(connection: Connection, handoff_id: str, until: datetime) -> None:
    """The running offer of the hand-off may be accepted until then."""
    of_handoff = (OfferRow.handoff_id == handoff_id, OfferRow.ended_at.is_(None))
    connection.execute(update(OfferRow).where(*of_handoff).values(until=until))


def running(connection: Connection, handoff_id: str) -> Offer | None:
    """The offer of this hand-off that may still be accepted."""
    statement = select(*columns(Offer, OfferRow)).where(OfferRow.handoff_id == handoff_id, OfferRow.ended_at.is_(None))
    return next(iter(read(Offer, connection.execute(statement))), None)


def asked(connection: Connection, handoff_ids: Collection[str]) -> dict[str, dict[str, Asked]]:
    """Which agents did not take these hand-offs since each last began to wait; who gave one back counts as asked."""
    found: defaultdict[str, dict[str, Asked]] = defaultdict(dict)
    waits = and_(LegRow.handoff_id == OfferRow.handoff_id, LegRow.kind == "queue", LegRow.ended_at.is_(None))
    declined_at = func.max(OfferRow.ended_at).filter(OfferRow.outcome == "declined")
    offered = (
        select(OfferRow.handoff_id, OfferRow.agent_id, func.count(), declined_at)
        .join(LegRow, and_(waits, LegRow.started_at <= OfferRow.offered_at))
        .where(OfferRow.handoff_id.in_(handoff_ids), OfferRow.outcome.in_(NOT_TAKEN))
        .group_by(OfferRow.handoff_id, OfferRow.agent_id)
    )
    for handoff_id, agent_id, times, at in connection.execute(offered):
        found[handoff_id][agent_id] = Asked(times=times, declined_at=at)
    given_back = select(LegRow.handoff_id, LegRow.agent_id).where(
        LegRow.handoff_id.in_(handoff_ids), LegRow.kind == "agent", LegRow.end_reason == "released"
    )
    for handoff, agent in connection.execute(given_back):
        found[handoff or ""].setdefault(agent or "", Asked(times=1, declined_at=None))
    return dict(found)


def missed_in_a_row(connection: Connection, agent_id: str, since: datetime | None) -> int:
    """How many offers the agent let lapse one after the other, up to the newest, since then."""
    statement = select(OfferRow.outcome).where(
        OfferRow.agent_id == agent_id, OfferRow.outcome.in_(("accepted", *NOT_TAKEN))
    )
    if since is not None:
        statement = statement.where(OfferRow.offered_at >= since)
    missed = 0
    for outcome in connection.execute(statement.order_by(OfferRow.id.desc()).limit(10)).scalars():
        if outcome != "lapsed":
            break
        missed += 1
    return missed
