"""The statements of the hot path find their rows by an index, also when most of the table is of no concern to them."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import ClauseElement, Connection, event, text

from storage import conversations, customers, legs, outbox, revisions, surveys
from storage.batches import Batch
from storage.prepared import Prepared
from tests.storage.conftest import NOW, open_conversation
from tests.storage.test_outbox import booking

MANY = "(WITH RECURSIVE one(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < 20000) SELECT n FROM one) AS t"
FILL_CUSTOMERS = f"INSERT INTO customers (id, name, created_at) SELECT 'c' || n, '', 0 FROM {MANY} WHERE n <= 2000"
FILL_ADDRESSES = """
    INSERT INTO addresses (channel, address, customer_id, name, created_at)
    SELECT 'telegram', 'a' || substr(id, 2), id, '', 0 FROM customers WHERE name = ''
"""
FILL_CONVERSATIONS = f"""
    INSERT INTO conversations (id, customer_id, channel, address, revision, language, state, opened_at, heard_at, goal,
                               event_count, closed_at, due_at)
    SELECT 'id' || n, 'c' || (1 + n % 2000), 'telegram', 'a' || (1 + n % 2000), 'r', 'en', '{{}}', 0, 0, :no, 3,
           CASE WHEN n <= 2000 THEN NULL ELSE n END, CASE WHEN n <= 2000 THEN n END
    FROM {MANY}
"""
FILL_LEGS = "INSERT INTO legs (conversation_id, number, kind, started_at) SELECT id, 1, 'bot', 0 FROM conversations"
FILL_OUTBOX = """
    INSERT INTO outbox (conversation_id, channel, address, body, state, booked_at, due_at)
    SELECT id, channel, address, '{}', CASE WHEN number % 10 = 0 THEN 'pending' ELSE 'sent' END, 0, 0
    FROM conversations
"""
HOT = {
    "lock_open": (conversations.LOCK_OPEN, conversations.ADDRESSES, ("telegram", "a7"), "conversations"),
    "lock": (conversations.LOCK, conversations.IDS, ("id70",), "conversations"),
    "lock_places": (conversations.LOCK_PLACES, conversations.PLACES, ("telegram", "a7", "id70"), "conversations"),
    "find": (customers.FIND, customers.ADDRESSES, ("telegram", "a7"), "addresses"),
    "latest_at": (conversations.LATEST_AT, customers.ADDRESSES, ("telegram", "a7"), "conversations"),
    "last_asked": (surveys.LAST_ASKED, customers.ADDRESSES, ("telegram", "a7"), "surveys"),
    "mark": (outbox.MARK, outbox.MARKS, (7, "sent", None, None, None), "outbox"),
    "save": (
        conversations.SAVE,
        conversations.SAVED,
        ("id7", "en", "{}", NOW, *[None] * 2, True, *[None] * 2, 1, None),
        "conversations",
    ),
    "end_leg": (legs.END, legs.ENDED, ("id7", NOW, "queued"), "legs"),
    "begin_leg": (legs.BEGIN, legs.BEGUN, ("id7", "queue", None, None, None, NOW), "legs"),
    "book": (
        outbox.BOOK,
        outbox.BOOKINGS,
        ("id7", 1, "telegram", "a7", "{}", NOW, NOW, "p.0", NOW, "account", 7),
        "outbox",
    ),
}


@pytest.fixture
def full(connection: Connection) -> Connection:
    """Twenty thousand conversations, one in ten open, and as many messages, one in ten unsent."""
    open_conversation(connection)
    outbox.book(connection, [booking("7")])
    connection.execute(text(FILL_CUSTOMERS))
    connection.execute(text(FILL_ADDRESSES))
    connection.execute(text(FILL_CONVERSATIONS), {"no": False})
    connection.execute(text(FILL_OUTBOX))
    connection.execute(text(FILL_LEGS))
    connection.execute(text("ANALYZE"))
    return connection


@pytest.mark.parametrize("name", HOT)
def test_a_batch_finds_its_rows_by_an_index(full: Connection, name: str) -> None:
    prepared, batch, key, table = HOT[name]
    lines = plan(full, prepared, batch, key)
    assert f"Seq Scan on {table}" not in " ".join(lines)
    assert name == "last_asked" or table not in read_whole(lines), "all but that table are full"


@pytest.mark.parametrize("name", HOT)
def test_a_plan_that_is_made_early_is_good_later(connection: Connection, name: str) -> None:
    """It is kept while the tables grow."""
    prepared, batch, key, table = HOT[name]
    lines = plan(connection, prepared, batch, key)
    assert f"Seq Scan on {table}" not in " ".join(lines)
    assert name not in ("lock", "save", "end_leg", "begin_leg") or table not in read_whole(lines)


def test_what_is_old_is_found_without_reading_all_that_was_ever_sent(full: Connection) -> None:
    first, *rest = explained(full, outbox.PRUNE, {"before": 0})
    assert first.startswith(("SEARCH outbox USING INTEGER PRIMARY KEY", "Delete on outbox"))
    assert "Seq Scan" not in " ".join(rest)


def test_unused_revisions_are_found_without_reading_all_conversations(full: Connection) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(full, "before_cursor_execute", lambda _1, _2, text, given, *_: asked.append((text, given)))
    revisions.prune(full, NOW)
    explain = "EXPLAIN " if full.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    plans = [
        full.exec_driver_sql(explain + text, given).all() for text, given in [*asked] if "FROM conversations" in text
    ]
    lines = [str(row[-1]).strip() for rows in plans for row in rows]
    assert lines
    assert not [line for line in lines if line == "SCAN conversations" or "Seq Scan on conversations" in line]


def plan(connection: Connection, prepared: Prepared, batch: Batch, key: tuple[object, ...]) -> list[str]:
    """What the engine says it would do, line by line."""
    return explained(connection, prepared.statement, {**batch.of([key]), "now": NOW})


def explained(connection: Connection, statement: ClauseElement, given: Mapping[str, object]) -> list[str]:
    compiled = str(statement.compile(connection, compile_kwargs={"render_postcompile": True}))
    explain = "EXPLAIN " if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    constants = {name: value for name, value in statement.compile(connection).params.items() if value is not None}
    parameters = {"leased_by": None, "leased_until": None, **constants, **given}
    if connection.dialect.name == "sqlite":
        order = statement.compile(connection).positiontup or []  # type: ignore[attr-defined]
        rows = connection.exec_driver_sql(explain + compiled, tuple(parameters.get(name, "p") for name in order))
    else:
        rows = connection.exec_driver_sql(explain + compiled, parameters)
    return [str(row[-1]).strip().removeprefix("->").strip() for row in rows]


def read_whole(lines: list[str]) -> set[str]:
    """The tables that are read from end to end, be it in the order of an index."""
    found = set()
    for line, condition in zip(lines, [*lines[1:], ""], strict=True):
        scan = re.match(r"(?:Seq|Index|Index Only) Scan .*?\bon (\w+)|SCAN (\w+)", line)
        if scan is not None and not condition.startswith("Index Cond"):
            found.add(scan[1] or scan[2])
    return found
