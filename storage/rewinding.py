"""What waits at the desk since a moment that is yet to come: the clock had gone ahead, and is right again."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from storage.handoffs import WAITING
from storage.tables import DeskTimerRow, HandoffRow


def rewind(connection: Connection, now: datetime, ahead: timedelta) -> int:
    """Hand-offs that were requested later than now, by more than `ahead`, wait as if they had been requested now, and
    what is due for them is due as much sooner. Gives how many.
    """
    late = select(HandoffRow.id, HandoffRow.requested_at, HandoffRow.due_at).where(
        HandoffRow.state.in_(WAITING), HandoffRow.requested_at > now + ahead
    )
    found = connection.execute(late.with_for_update()).all()
    for handoff, requested_at, due_at in found:
        by = requested_at - now
        change = {"requested_at": now, "queued_at": now, "due_at": None if due_at is None else due_at - by}
        connection.execute(update(HandoffRow).where(HandoffRow.id == handoff).values(change))
        _bring_forward(connection, handoff, by)
    return len(found)


def _bring_forward(connection: Connection, subject: str, by: timedelta) -> None:
    own = DeskTimerRow.subject == subject
    for kind, due_at in connection.execute(select(DeskTimerRow.kind, DeskTimerRow.due_at).where(own)).all():
        one = update(DeskTimerRow).where(own, DeskTimerRow.kind == kind)
        connection.execute(one.values(due_at=due_at - by))
