"""Callbacks: in order of their times, each changed only as it was seen."""

from datetime import timedelta

import msgspec
from sqlalchemy import Connection

from storage import callbacks
from storage.callbacks import Request
from tests.storage.conftest import NOW, open_conversation

HOUR = timedelta(hours=1)


def leave_number(connection: Connection, name: str, **changes: object) -> Request:
    request = Request(
        id=name, conversation_id="c", customer_id="", queue="support", phone="+441632960961", requested_at=NOW
    )
    request = msgspec.structs.replace(request, customer_id=open_conversation(connection, name).customer_id, **changes)
    callbacks.request(connection, [request])
    return request


def test_they_stand_in_order_of_their_times(connection: Connection) -> None:
    later = leave_number(connection, "later", due_at=NOW + 24 * HOUR)
    soon = leave_number(connection, "soon")
    waited = leave_number(connection, "waited", place_at=NOW - HOUR)
    sales = leave_number(connection, "sales", queue="sales", due_at=NOW + HOUR)
    assert [one.id for one in callbacks.unfinished(connection)] == [waited.id, soon.id, sales.id, later.id]
    assert [one.id for one in callbacks.unfinished(connection, "support")] == [waited.id, soon.id, later.id]
    assert [one.id for one in callbacks.open_of_customer(connection, soon.customer_id)] == [soon.id]


def test_one_is_changed_only_as_it_was_seen(connection: Connection) -> None:
    asked = leave_number(connection, "soon")
    seen = callbacks.get(connection, asked.id)
    assert seen is not None
    assert callbacks.change(connection, seen, state="taken", agent_id="ann", taken_at=NOW)
    assert not callbacks.change(connection, seen, state="taken", agent_id="bob", taken_at=NOW)
    taken = callbacks.get(connection, asked.id)
    assert taken is not None
    assert (taken.state, taken.agent_id) == ("taken", "ann")
    assert callbacks.change(connection, taken, state="done", outcome="reached", closed_at=NOW + HOUR, tries=1)
    assert not callbacks.change(connection, taken, state="failed")
    callbacks.place(connection, asked.id, "-100", "7")
    done = callbacks.get(connection, asked.id)
    assert done is not None
    assert (done.state, done.outcome, done.tries, done.desk_message) == ("done", "reached", 1, "7")
    assert callbacks.open_of_customer(connection, asked.customer_id) == []
