from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from storage import conversations, event_log
from storage.conversations import Saved
from storage.event_log import Entry
from tests.storage.conftest import NOW, open_conversation

SPOKEN = ("customer_said", "bot_said")


def entry(conversation: str, number: int, kind: str = "bot_said", body: str = "{}", seconds: float = 0) -> Entry:
    at = NOW + timedelta(seconds=seconds)
    return Entry(conversation_id=conversation, number=number, at=at, kind=kind, body=body)


def test_a_transcript_is_read_in_order(connection: Connection) -> None:
    rows = [entry("a", number, SPOKEN[number % 2]) for number in range(1, 12)]
    event_log.append(connection, [*rows[6:], entry("b", 1), *rows[:6]])
    event_log.append(connection, [])
    assert event_log.read_conversation(connection, "a") == rows
    assert event_log.read_conversation(connection, "a", after=9) == rows[9:]
    assert event_log.read_conversation(connection, "a", kinds=["customer_said"]) == rows[1::2]


def test_a_number_is_given_once(connection: Connection) -> None:
    event_log.append(connection, [entry("a", 1)])
    with pytest.raises(IntegrityError):
        event_log.append(connection, [entry("a", 2), entry("a", 1)])


def test_what_was_said_comes_back_as_it_was(engine: Engine) -> None:
    @given(st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")), min_size=1))
    def check(bodies: list[str]) -> None:
        with engine.connect() as connection:
            rows = [entry("a", number, body=body) for number, body in enumerate(bodies, 1)]
            event_log.append(connection, rows)
            assert event_log.read_conversation(connection, "a") == rows
            connection.rollback()

    check()


def test_an_address_is_read_on_from_where_its_reader_was(connection: Connection) -> None:
    first = open_conversation(connection, "1")
    event_log.append(connection, [entry(first.id, 1), entry(first.id, 2, "slots_set"), entry(first.id, 3, seconds=1)])
    row = Saved(id=first.id, language="en", state="{}", heard_at=NOW, event_count=3, closed_at=NOW)
    conversations.save(connection, [row])
    second = open_conversation(connection, "1")
    stranger = open_conversation(connection, "2")
    event_log.append(connection, [entry(second.id, 1, seconds=2), entry(stranger.id, 1, seconds=2)])

    def read(after: dict[str, int], limit: int = 10) -> list[tuple[str, int]]:
        rows = event_log.read_address(connection, "telegram", "1", after, limit, SPOKEN)
        return [(one.conversation_id, one.number) for one in rows]

    assert read({}) == [(first.id, 1), (first.id, 3), (second.id, 1)]
    assert read({}, limit=2) == [(first.id, 3), (second.id, 1)], "the newest"
    assert read({first.id: 1}, limit=1) == [(first.id, 3)], "the oldest that is unread"
    assert read({second.id: 1}) == [], "who saw only the newest is not shown the old ones after it"
    cursor = {first.id: 3, second.id: 1}
    assert read(cursor) == []
    event_log.append(connection, [entry(first.id, 4, seconds=3)])  # a survey answered after the end
    assert read(cursor) == [(first.id, 4)]
    assert event_log.read_address(connection, "telegram", "9", {}, 10, SPOKEN) == []
