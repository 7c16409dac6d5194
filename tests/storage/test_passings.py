"""How many conversations reached each step of the flows, and how many ended there."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.events import AnyEvent, ConversationClosed, FlowStarted, StepReached, kind_of, to_json
from storage import conversations, customers, event_log
from storage.conversations import Saved, Started
from storage.customers import Caller
from storage.event_log import Entry
from storage.identifiers import new_id
from storage.passings import Passing, read_passings
from tests.storage.conftest import NOW

DAY = timedelta(days=1)


def step(name: str) -> StepReached:
    return StepReached(flow="main", step=name, step_kind="menu")


BEGUN = FlowStarted(flow="main", by="start")
CALLED = FlowStarted(flow="main", by="call")


def conversation(connection: Connection, address: str, *events: AnyEvent, closed: bool, at: datetime = NOW) -> None:
    """One that was opened at that time, and what happened in it."""
    key = ("telegram", address)
    known = customers.find_or_make(connection, [Caller(channel="telegram", address=address)], at)
    row = Started(
        id=new_id(),
        customer_id=known[key].id,
        channel="telegram",
        address=address,
        revision="r1",
        language="en",
        state="{}",
        opened_at=at,
        heard_at=at,
    )
    conversations.start(connection, [row])
    happened = (*events, *([ConversationClosed(reason="expired")] if closed else []))
    entries = [
        Entry(conversation_id=row.id, number=number, at=at, kind=kind_of(event), body=to_json(event))
        for number, event in enumerate(happened, 1)
    ]
    event_log.append(connection, entries)
    if closed:
        over = Saved(
            id=row.id,
            language="en",
            state="{}",
            heard_at=at,
            closed_at=at,
            close_reason="expired",
            event_count=len(entries),
        )
        conversations.save(connection, [over])


def test_a_conversation_counts_once_and_ends_at_the_last_step_it_reached(connection: Connection) -> None:
    conversation(connection, "1", BEGUN, step("top"), step("ask"), step("top"), closed=True)
    conversation(connection, "2", BEGUN, step("top"), step("ask"), closed=True)
    conversation(connection, "3", BEGUN, CALLED, step("top"), closed=False)
    conversation(connection, "4", BEGUN, step("top"), closed=True, at=NOW - 2 * DAY)
    passings = read_passings(connection, NOW - DAY, NOW + DAY)
    assert sorted(passings, key=lambda each: each.step or "") == [
        Passing(flow="main", step=None, count=4),
        Passing(flow="main", step="ask", count=2, ended=1),
        Passing(flow="main", step="top", count=3, ended=1),
    ]
    assert read_passings(connection, NOW + DAY, NOW + 2 * DAY) == []
