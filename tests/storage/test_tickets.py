"""Tickets: numbered, shown to nobody but their customer, listed for those who answer."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, update

from storage import privacy, revisions, tickets
from storage.tables import ConversationRow
from tests.storage.conftest import NOW, open_conversation


def complain(connection: Connection, customer_id: str, **fields: Any) -> str:
    """A complaint of this customer; its id."""
    given = {"id": "t1", "conversation_id": "c", "title": "Late", "department": "complaints", **fields}
    row = tickets.Request(
        customer_id=customer_id,
        channel="telegram",
        language="en",
        kind="complaint",
        flow="f",
        step="s",
        opened_at=NOW,
        **given,
    )
    tickets.open_new(connection, row)
    return row.id


def test_a_number_is_its_customers_alone(connection: Connection) -> None:
    sara = open_conversation(connection, "1").customer_id
    reza = open_conversation(connection, "2").customer_id
    complain(connection, sara, shared=[("order", "7")], attachments=[{"kind": "photo", "file": "telegram:1"}])
    (ticket,) = tickets.listed(connection, tickets.UNFINISHED, None, 10)
    assert tickets.of_customer(connection, sara, ticket.number) == ticket
    assert ticket.state == "open"
    assert [tuple(pair) for pair in ticket.shared] == [("order", "7")]
    assert ticket.attachments[0]["file"] == "telegram:1"
    assert tickets.of_customer(connection, reza, ticket.number) is None
    assert tickets.of_customer(connection, sara, ticket.number + 1) is None


def test_they_are_listed_by_department_and_state(connection: Connection) -> None:
    sara = open_conversation(connection).customer_id
    complain(connection, sara)
    complain(connection, sara, id="t2", department="ideas")
    tickets.add_comment(connection, tickets.Comment(ticket_id="t1", text="Still late.", at=NOW))
    assert [one.id for one in tickets.listed(connection, ["open"], None, 10)] == ["t1", "t2"]
    assert [one.id for one in tickets.listed(connection, ["open"], None, 1)] == ["t1"]
    assert [one.id for one in tickets.listed(connection, ["open"], "ideas", 10)] == ["t2"]
    assert [comment.text for comment in tickets.comments(connection, ["t1", "t2"])] == ["Still late."]
    privacy.forget(connection, sara, NOW)
    assert tickets.listed(connection, tickets.UNFINISHED, None, 10) == [], "nobody is left to answer"


def test_one_is_changed_only_as_it_was_seen(connection: Connection) -> None:
    ticket = complain(connection, open_conversation(connection).customer_id)
    seen = tickets.get(connection, ticket)
    assert seen is not None
    assert tickets.change(connection, seen, state="taken", agent_id="ann", taken_at=NOW)
    assert not tickets.change(connection, seen, state="taken", agent_id="bob", taken_at=NOW)
    taken = tickets.numbered(connection, seen.number)
    assert taken is not None
    assert (taken.state, taken.agent_id) == ("taken", "ann")
    tickets.place(connection, ticket, "-100", "7")
    assert tickets.change(connection, taken, state="open", agent_id=None, department="ideas")
    moved = tickets.get(connection, ticket)
    assert moved is not None
    assert (moved.state, moved.department, moved.desk_chat, moved.desk_message) == ("open", "ideas", "-100", "7")


def test_its_flows_stay_readable_while_it_may_be_spoken_of(connection: Connection) -> None:
    opened = open_conversation(connection)
    connection.execute(update(ConversationRow).values(closed_at=NOW, close_reason="completed"))
    ticket = complain(connection, opened.customer_id, conversation_id=opened.id)
    revisions.publish(connection, opened.revision, "flows", "ann", "", NOW)
    revisions.publish(connection, "r2", "flows of today", "ann", "", NOW)
    later = NOW + timedelta(days=400)
    assert revisions.prune(connection, later, 1) == 0
    seen = tickets.get(connection, ticket)
    assert seen is not None
    assert tickets.change(connection, seen, state="closed", closed_at=later - timedelta(days=179))
    assert revisions.prune(connection, later, 1) == 0
    assert revisions.prune(connection, later + timedelta(days=2), 1) == 1
    assert revisions.body(connection, opened.revision) is None
