"""All that is kept about a customer can be shown, and erased without changing a count."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, Engine, func, select, update

from bot import content, events
from storage import (
    callbacks,
    conversations,
    customers,
    desk_messages,
    event_log,
    follow_ups,
    handoffs,
    joining,
    legs,
    one_use_links,
    outbox,
    privacy,
    surveys,
    tickets,
)
from storage.event_log import Entry
from storage.outbox import Booking
from storage.tables import ConversationRow, CustomerRow, Row, SurveyRow
from tests.storage.conftest import NOW, lock_open, open_conversation
from tests.storage.test_callbacks import leave_number
from tests.storage.test_follow_ups import booked
from tests.storage.test_handoffs import wait
from tests.storage.test_ratings import send
from tests.storage.test_tickets import complain

MARK = "ZZYZX"  # stands wherever something personal may stand
PHONE = "+442079460018"

SAID = content.Content(
    text=content.RichText(text=MARK),
    attachment=content.Attachment(kind="photo", file="upload:k1", name=MARK),
    contact=content.ContactCard(phone=PHONE, name=MARK),
    place=content.Place(latitude=35.7, longitude=51.4),
)
LOG: list[events.AnyEvent] = [
    events.ConversationOpened(channel="telegram", language="fa", revision="r1", flow="main_menu", entry=MARK),
    events.CustomerSaid(content=SAID, message_id="1", tapped=MARK, payload=MARK),
    events.CustomerEdited(content=SAID, message_id="1"),
    events.BotSaid(content=SAID, choices=(content.Choice(label=MARK, token="1.1.1"),), flow="main_menu", step="top"),
    events.AgentSaid(agent="ann", content=SAID, message_id="2"),
    events.AgentEdited(agent="ann", content=SAID, message_id="2"),
    events.NoteWritten(agent="ann", text=MARK),
    events.StepReached(flow="main_menu", step="top", step_kind="menu"),
    events.ChoiceMade(flow="main_menu", step="top", value=MARK, label=MARK, via="tap"),
    events.SlotsSet(values={"name": MARK}),
    events.HandoffRequested(
        handoff="h", queue="support", flow="f", step="s", reason="step", note=MARK, collected=(("Name", MARK),)
    ),
    events.HandoffClosed(handoff="h", agent="ann", disposition="solved", note=MARK),
    events.CallbackRequested(callback="c", queue="support", phone=PHONE),
    events.TicketOpened(
        ticket="t",
        number=1,
        department="complaints",
        ticket_kind="complaint",
        title=MARK,
        body=MARK,
        shared=(("Name", MARK),),
        attachments=(content.Attachment(kind="photo", file="upload:k1", name=MARK),),
        flow="f",
        step="s",
    ),
    events.TicketCommented(ticket="t", comment=MARK),
    events.CustomerTagged(tag=MARK, agent="ann"),
    events.FollowUpBooked(follow_up="f", flow="f", due_at=NOW.isoformat(), slots={"name": MARK}),
    events.SurveyCommented(survey="s", comment=MARK),
    events.ConversationClosed(reason="completed", goal=True),
]


@pytest.fixture
def customer(connection: Connection) -> str:
    """A customer with something in every table."""
    handoff = wait(connection)
    conversation = handoffs.get(connection, handoff)
    assert conversation is not None
    customer_id, conversation_id = conversation.customer_id, conversation.conversation_id
    customers.find_or_make(
        connection, [customers.Caller(channel="telegram", address="1", name=MARK, username=MARK)], NOW
    )
    customers.keep_phone(connection, customer_id, PHONE)
    customers.tag(connection, customer_id, MARK)
    one_use_links.make(connection, "customer", {"customer": customer_id}, by=MARK, now=NOW, expires_at=NOW)
    say_everything(connection, conversation_id)
    legs.change(connection, [legs.Change(conversation_id=conversation_id, at=NOW, kind="bot")])
    booking = Booking(
        conversation_id=conversation_id, channel="telegram", address="1", body=MARK, booked_at=NOW, due_at=NOW
    )
    outbox.book(connection, [booking])
    desk_messages.pair(
        connection, [desk_messages.Pair(handoff_id=handoff, desk_message_id="1", customer_message_id="2")]
    )
    survey = msgspec.structs.replace(send(connection, "other"), id="s", customer_id=customer_id)
    surveys.send(connection, [survey])
    surveys.answer(connection, "s", 5, NOW)
    surveys.comment(connection, "s", MARK)
    leave_number(connection, "c")
    request = callbacks.Request(
        id="mine", conversation_id=conversation_id, customer_id=customer_id, queue="q", phone=PHONE, requested_at=NOW
    )
    callbacks.request(connection, [request])
    leave_for_later(connection, customer_id)
    return customer_id


def say_everything(connection: Connection, conversation_id: str) -> None:
    """The whole log."""
    rows = [
        Entry(
            conversation_id=conversation_id,
            number=number,
            at=NOW,
            kind=msgspec.json.decode(events.to_json(event))["kind"],
            body=events.to_json(event),
        )
        for number, event in enumerate(LOG, 1)
    ]
    event_log.append(connection, rows)


def leave_for_later(connection: Connection, customer_id: str) -> None:
    """A ticket and a follow-up."""
    ticket = complain(connection, customer_id, id="t", title=MARK, body=MARK, shared=[("Name", MARK)])
    tickets.add_comment(connection, tickets.Comment(ticket_id=ticket, text=MARK, at=NOW))
    follow_ups.book(connection, booked("telegram", "1", customer_id=customer_id, slots={"name": MARK}))


def everything(connection: Connection) -> str:
    """The whole database as one text."""
    tables = Row.metadata.sorted_tables
    return repr([tuple(row) for table in tables for row in connection.execute(select(table))])


def test_what_is_shown_is_all_that_is_kept(connection: Connection, customer: str) -> None:
    shown = list(privacy.export(connection, customer))
    assert {table for table, _ in shown} == {
        "customers",
        "addresses",
        "conversations",
        "legs",
        "events",
        "outbox",
        "handoffs",
        "desk_messages",
        "surveys",
        "callbacks",
        "tickets",
        "ticket_comments",
        "follow_ups",
        "one_use_links",
    }
    assert msgspec.json.encode([row for _, row in shown]).decode().count(MARK) == everything(connection).count(MARK)
    assert [row["at"] for table, row in shown if table == "events"] == [NOW.isoformat()] * len(LOG)


def test_what_is_forgotten_is_nowhere(connection: Connection, customer: str) -> None:
    assert MARK in everything(connection)
    forgotten = privacy.forget(connection, customer, NOW)
    assert (forgotten.conversations, forgotten.files) == (1, ["k1"])
    kept = everything(connection)
    assert MARK not in kept
    assert PHONE not in kept
    assert "51.4" not in kept
    assert customers.find(connection, [("telegram", "1")]) == {}


def test_the_log_can_still_be_read_and_counted(connection: Connection, customer: str) -> None:
    counts = counted(connection)
    privacy.forget(connection, customer, NOW)
    assert counted(connection) == counts
    conversation = connection.execute(
        select(ConversationRow.id).where(ConversationRow.customer_id == customer)
    ).scalar_one()
    read = [events.from_json(entry.body) for entry in event_log.read_conversation(connection, conversation)]
    assert [type(event) for event in read] == [type(event) for event in LOG]
    assert read[7] == LOG[7]
    survey = connection.execute(select(SurveyRow).where(SurveyRow.id == "s")).one()
    assert (survey.score, survey.comment, survey.agent_id) == (5, None, "ann")


GONE = ("addresses", "outbox", "desk_messages", "one_use_links")  # rows that name or reach somebody


def counted(connection: Connection) -> dict[str, Any]:
    kept = [table for table in Row.metadata.sorted_tables if table.name not in GONE]
    return {table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in kept}


def test_what_was_open_ends_and_others_keep_theirs(connection: Connection, customer: str) -> None:
    others = dict(connection.execute(select(CustomerRow.id, CustomerRow.name).where(CustomerRow.id != customer)).all())
    privacy.forget(connection, customer, NOW + timedelta(days=1))
    ended = connection.execute(
        select(ConversationRow.closed_at, ConversationRow.close_reason, ConversationRow.due_at).where(
            ConversationRow.customer_id == customer
        )
    ).one()
    assert tuple(ended) == (NOW + timedelta(days=1), "forgotten", None)
    assert handoffs.waiting(connection, "support") == []
    conversation = select(ConversationRow.id).where(ConversationRow.customer_id == customer).scalar_subquery()
    stretches = legs.of_conversation(connection, connection.execute(select(conversation)).scalar_one())
    assert [(leg.ended_at, leg.end_reason) for leg in stretches] == [(NOW + timedelta(days=1), "conversation_closed")]
    unfinished = callbacks.unfinished(connection)
    assert [one.phone for one in unfinished] == ["+441632960961"]
    assert (
        dict(connection.execute(select(CustomerRow.id, CustomerRow.name).where(CustomerRow.id.in_(others))).all())
        == others
    )
    again = open_conversation(connection, "1")
    assert again.customer_id != customer


def test_who_spoke_first_is_no_secret(connection: Connection, customer: str) -> None:
    connection.execute(update(ConversationRow).values(entry="follow_up"))
    privacy.forget(connection, customer, NOW)
    assert connection.execute(select(ConversationRow.entry).distinct()).scalars().all() == ["follow_up"]


def test_who_was_joined_to_another_is_shown_and_forgotten_with_them(connection: Connection, customer: str) -> None:
    visitor = open_conversation(connection, "v", "webchat").customer_id
    first, second = joining.lock(connection, [customer, visitor])
    joining.join(connection, first, second)
    shown = [table for table, _ in privacy.export(connection, visitor)]
    assert (shown.count("customers"), shown.count("addresses"), shown.count("conversations")) == (2, 2, 2)
    assert privacy.forget(connection, visitor, NOW).conversations == 2
    assert MARK not in everything(connection)
    assert customers.find(connection, [("telegram", "1"), ("webchat", "v")]) == {}


def forget_from_elsewhere(engine: Engine, customer: str) -> None:
    with engine.begin() as connection:
        privacy.forget(connection, customer, NOW)


def wait_until_blocked(connection: Connection, waiting: Future[None]) -> None:
    """Until another process waits for this one; in SQLite it does from its beginning, and here nothing tells."""
    if connection.dialect.name == "postgresql":
        blocked = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while not (waiting.done() or connection.exec_driver_sql(blocked).scalar_one()):
            pass


def test_what_is_said_while_its_customer_is_forgotten_is_forgotten_too(engine: Engine) -> None:
    with engine.begin() as connection:
        stored = open_conversation(connection, "1")
    with ThreadPoolExecutor(1) as elsewhere:
        with engine.begin() as speaking:
            conversations.lock(speaking, [stored.id])
            forgotten = elsewhere.submit(forget_from_elsewhere, engine, stored.customer_id)
            wait_until_blocked(speaking, forgotten)
            say_everything(speaking, stored.id)
        forgotten.result(20)
    with engine.begin() as connection:
        assert MARK not in everything(connection)


def test_who_begins_to_speak_while_they_are_forgotten_is_forgotten_or_somebody_new(engine: Engine) -> None:
    with engine.begin() as connection:
        stored = open_conversation(connection, "1")
        conversations.save(connection, [closed(stored)])
    with ThreadPoolExecutor(1) as elsewhere:
        with engine.begin() as speaking:
            conversations.claim(speaking, [("telegram", "1")])
            known = customers.find(speaking, [("telegram", "1")])["telegram", "1"]
            forgotten = elsewhere.submit(forget_from_elsewhere, engine, stored.customer_id)
            wait_until_blocked(speaking, forgotten)
            assert open_conversation(speaking, "1").customer_id == known.id
        forgotten.result(20)
    with engine.begin() as connection:
        assert lock_open(connection, [("telegram", "1")]) == {}


def closed(stored: conversations.Stored) -> conversations.Saved:
    kept = {name: getattr(stored, name) for name in conversations.Saved.__struct_fields__}
    return conversations.Saved(**{**kept, "closed_at": NOW, "close_reason": "completed"})
