"""Follow-ups: one for each flow and address, looked at when it is time, begun once or dropped."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, create_engine, select

from storage import customers, follow_ups
from storage.tables import FollowUpRow, Row
from tests.storage.conftest import NOW, open_conversation

TOMORROW = NOW + timedelta(days=1)


def booked(channel: str = "telegram", address: str = "7", **fields: Any) -> follow_ups.FollowUp:
    """A follow-up for tomorrow."""
    given = {"id": "f1", "flow": "news", "slots": {}, "customer_id": "", **fields}
    return follow_ups.FollowUp(
        conversation_id="c",
        channel=channel,
        address=address,
        booked_at=NOW,
        due_at=TOMORROW,
        look_at=TOMORROW,
        **given,
    )


def ends(connection: Connection) -> dict[str, tuple[str, str | None]]:
    rows = connection.execute(select(FollowUpRow.id, FollowUpRow.state, FollowUpRow.dropped_because))
    return {row.id: (row.state, row.dropped_because) for row in rows}


def test_a_flow_waits_once_at_an_address(connection: Connection) -> None:
    sara = open_conversation(connection).customer_id
    follow_ups.book(connection, booked(customer_id=sara))
    follow_ups.book(connection, booked(customer_id=sara, id="f2", slots={"a": [1]}))
    follow_ups.book(connection, booked(customer_id=sara, id="f3", flow="other"))
    assert ends(connection) == {"f1": ("dropped", "replaced"), "f2": ("waiting", None), "f3": ("waiting", None)}
    assert follow_ups.due(connection, NOW, 10) == []
    assert [one.id for one in follow_ups.due(connection, TOMORROW, 10)] == ["f2", "f3"]


def test_it_is_looked_at_again_and_begins_once(connection: Connection) -> None:
    sara = open_conversation(connection).customer_id
    follow_ups.book(connection, booked(customer_id=sara))
    follow_ups.look_again(connection, "f1", TOMORROW + timedelta(hours=1))
    assert follow_ups.due(connection, TOMORROW, 10) == []
    assert follow_ups.lock(connection, "f1") is not None
    follow_ups.begun(connection, "f1", TOMORROW)
    assert follow_ups.lock(connection, "f1") is None
    follow_ups.drop_at(connection, "telegram", "7", "blocked", TOMORROW)
    assert ends(connection) == {"f1": ("begun", None)}


def test_who_cannot_or_will_not_listen_is_known(connection: Connection) -> None:
    sara = open_conversation(connection).customer_id
    assert follow_ups.listener(connection, "telegram", "7") == follow_ups.Listener(blocked_at=None, opted_out_at=None)
    customers.opt_out(connection, sara, NOW)
    customers.set_blocked(connection, "telegram", "7", NOW)
    assert follow_ups.listener(connection, "telegram", "7") == follow_ups.Listener(blocked_at=NOW, opted_out_at=NOW)
    assert follow_ups.listener(connection, "telegram", "8") is None
    follow_ups.book(connection, booked(customer_id=sara))
    follow_ups.drop_at(connection, "telegram", "7", "blocked", NOW)
    assert ends(connection) == {"f1": ("dropped", "blocked")}


def test_what_is_due_is_found_by_its_index() -> None:
    """A parameter in the place of the state would hide that the partial index has it. PostgreSQL asks the same."""
    engine = create_engine("sqlite://")
    Row.metadata.create_all(engine)
    statement = str(follow_ups.DUE.compile(engine))
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (0, 9, 0)).all()
    assert "USING INDEX ix_follow_ups_look_at" in str(plan)
