"""Alerts: which stand together, how they end, and how long they are kept."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from storage import alerts, desk_timers
from storage.alerts import MOST_TOGETHER, Alarm
from storage.desk_timers import Timer

NOON = datetime(2026, 7, 6, 12, tzinfo=UTC)


def raised(connection: Connection, handoff: str, seconds: float = 0, chat: str = "-5") -> str:
    """A late first answer, so many seconds after noon. Gives its batch."""
    at = NOON + timedelta(seconds=seconds)
    alarm = Alarm(handoff_id=handoff, what="first_answer", seconds=60, agent_id=None, at=at)
    return alerts.add(connection, chat, alarm)


def test_alerts_of_one_minute_stand_together_as_far_as_there_is_room(connection: Connection) -> None:
    first = raised(connection, "h0")
    assert raised(connection, "h1", 59) == first
    assert raised(connection, "h2", 61) != first  # counted from the first of them
    assert raised(connection, "h3", 30, chat="-6") != first
    crowd = [raised(connection, f"c{number}", 200) for number in range(MOST_TOGETHER + 1)]
    assert len(set(crowd[:-1])) == 1
    assert crowd[-1] != crowd[0]


def test_what_stands_in_a_message_stays_in_it(connection: Connection) -> None:
    batch = raised(connection, "h0")
    alerts.show(connection, batch, "77")
    raised(connection, "h1", 10)
    assert [(one.handoff_id, one.message_id) for one in alerts.of_batch(connection, batch)] == [
        ("h0", "77"),
        ("h1", "77"),
    ]


def test_an_alert_ends_once(connection: Connection) -> None:
    batches = {raised(connection, "h0"), raised(connection, "h0", 300)}
    raised(connection, "h1")
    assert alerts.settle(connection, "h0", "taken") == batches
    assert alerts.settle(connection, "h0", "answered") == set()
    ended = {one.handoff_id: one.outcome for batch in batches for one in alerts.of_batch(connection, batch)}
    assert ended == {"h0": "taken", "h1": None}


def test_old_alerts_are_forgotten(connection: Connection) -> None:
    old, new = raised(connection, "h0"), raised(connection, "h1", 300)
    alerts.prune(connection, NOON + timedelta(seconds=1))
    assert alerts.of_batch(connection, old) == []
    assert len(alerts.of_batch(connection, new)) == 1


def test_it_is_known_which_timers_run_and_which_are_due(connection: Connection) -> None:
    for kind, seconds in (("first_answer", 60), ("unanswered", 600)):
        due_at = NOON + timedelta(seconds=seconds)
        desk_timers.start(connection, Timer(kind=kind, subject="h0", conversation_id="c0", due_at=due_at))
    assert desk_timers.running(connection, "h0") == {"first_answer", "unanswered"}
    assert desk_timers.running(connection, "h1") == set()
    later = NOON + timedelta(seconds=60)
    assert desk_timers.is_due(connection, "first_answer", "h0", later)
    assert not desk_timers.is_due(connection, "unanswered", "h0", later)
    assert not desk_timers.is_due(connection, "first_answer", "h1", later)
