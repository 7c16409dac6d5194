import asyncio
import threading
from datetime import timedelta
from functools import partial

import msgspec
import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from storage import conversations
from storage.conversations import Saved, Started, Stored
from storage.database import Database
from storage.engines import make_engine
from storage.identifiers import new_id
from tests.storage.conftest import NOW, lock_open, open_conversation


def saved(stored: Stored, **changes: object) -> Saved:
    names = set(Saved.__struct_fields__) & set(Stored.__struct_fields__)
    return Saved(**{**{name: getattr(stored, name) for name in names}, **changes})


def test_what_a_turn_changed_is_kept(connection: Connection) -> None:
    one, two = open_conversation(connection, "1"), open_conversation(connection, "2")
    state = '{"slots": {"name": "O\'Neill \\"x\\" ی 👍"}}'
    later = NOW + timedelta(microseconds=1)
    changed = saved(one, state=state, language="fa", heard_at=later, due_at=later, next_send_at=later, event_count=3)
    conversations.save(connection, [changed])
    now_one = conversations.lock(connection, [one.id])[one.id]
    assert saved(now_one) == changed
    assert now_one.number == one.number
    assert conversations.lock(connection, [two.id])[two.id] == two


def test_a_conversation_that_closed_is_not_the_address_s_any_more(connection: Connection) -> None:
    key = ("telegram", "1")
    first = open_conversation(connection, "1")
    assert lock_open(connection, [key]) == {key: first}
    closing = saved(first, closed_at=NOW, close_reason="completed", goal=True, due_at=None)
    conversations.save(connection, [closing])
    assert lock_open(connection, [key]) == {}
    second = open_conversation(connection, "1")
    assert lock_open(connection, [key]) == {key: second}
    assert second.number > first.number
    assert conversations.latest(connection, *key) == second
    closed = conversations.lock(connection, [first.id, "unknown"])[first.id]
    assert (closed.closed_at, closed.close_reason, closed.goal) == (NOW, "completed", True)
    assert conversations.by_number(connection, first.number) == closed


def test_an_address_has_one_open_conversation(connection: Connection) -> None:
    first = open_conversation(connection, "1")
    with pytest.raises(IntegrityError):
        _start_again(connection, first)


def _start_again(connection: Connection, first: Stored) -> None:
    names = set(Started.__struct_fields__) & set(Stored.__struct_fields__)
    row = Started(**{**{name: getattr(first, name) for name in names}, "id": new_id()})
    conversations.start(connection, [row])


def test_addresses_are_told_apart_by_channel_and_text(connection: Connection) -> None:
    telegram, webchat = open_conversation(connection, "1"), open_conversation(connection, "1", "webchat")
    odd = open_conversation(connection, "1'; --")
    keys = [("telegram", "1"), ("webchat", "1"), ("telegram", "1'; --"), ("telegram", "2"), ("Telegram", "1")]
    assert lock_open(connection, keys) == {keys[0]: telegram, keys[1]: webchat, keys[2]: odd}


def test_open_ones_of_addresses_and_any_by_their_ids_are_locked_in_one_order(connection: Connection) -> None:
    closed, named, other = (open_conversation(connection, address) for address in "123")
    conversations.save(connection, [saved(closed, closed_at=NOW, close_reason="completed")])
    keys = [("telegram", "3"), ("telegram", "1")]
    found = conversations.ask_to_lock(connection, keys, [named.id, "unknown"])()
    assert [one.id for one in found] == [named.id, other.id]
    assert [one.id for one in conversations.ask_to_lock(connection, keys, [])()] == [other.id]
    assert [one.id for one in conversations.ask_to_lock(connection, [], [other.id, closed.id])()] == [
        closed.id,
        other.id,
    ]
    assert [one.id for one in conversations.ask_to_lock(connection, keys[:1], [other.id])()] == [other.id]


async def test_those_who_lock_several_never_wait_in_a_circle(postgres_database: str) -> None:
    databases = [Database(postgres_database), Database(postgres_database)]
    one, two = await databases[0].run(lambda connection: [open_conversation(connection, each) for each in "12"])
    tries = 0

    def lock(connection: Connection, address: str, named: str) -> None:
        nonlocal tries
        tries += 1
        assert len(conversations.ask_to_lock(connection, [("telegram", address)], [named])()) == 2

    works = [partial(lock, address="1", named=two.id), partial(lock, address="2", named=one.id)]
    await asyncio.gather(*(databases[number % 2].run(works[number % 2]) for number in range(100)))
    assert tries == 100, "none lost against another"
    for database in databases:
        await database.close()


def test_those_whose_time_has_come_the_longest_due_first(connection: Connection) -> None:
    stored = [open_conversation(connection, str(number)) for number in range(4)]
    moments = [NOW, NOW - timedelta(minutes=5), NOW + timedelta(microseconds=1), None]
    conversations.save(connection, [saved(one, due_at=at) for one, at in zip(stored, moments, strict=True)])
    assert [one.id for one in conversations.due(connection, NOW, 10)] == [stored[1].id, stored[0].id]
    assert [one.id for one in conversations.due(connection, NOW, 1)] == [stored[1].id]


def test_the_newest_conversation_of_each_customer(connection: Connection) -> None:
    first = open_conversation(connection, "1")
    conversations.save(connection, [saved(first, closed_at=NOW, close_reason="expired")])
    second, other = open_conversation(connection, "1"), open_conversation(connection, "2")
    newest = conversations.ask_for_latest_at(connection, [("telegram", address) for address in "123"])()
    assert newest == {second.customer_id: second, other.customer_id: other}
    assert conversations.latest_of(connection, first.customer_id) == second
    assert conversations.latest_of(connection, "nobody") is None


def test_a_conversation_is_held_by_one_process_and_then_seen_as_it_became(postgres_database: str) -> None:
    engine = make_engine(postgres_database, 3, writes=True)
    with engine.begin() as connection:
        first = open_conversation(connection, "1")
        conversations.save(connection, [saved(first, due_at=NOW)])
    seen: list[dict[conversations.Key, Stored]] = []

    def wait_for_it() -> None:
        with engine.begin() as connection:
            seen.append(lock_open(connection, [("telegram", "1")]))

    with engine.begin() as holder:
        lock_open(holder, [("telegram", "1")])
        other = threading.Thread(target=wait_for_it)
        other.start()
        with engine.begin() as third:
            assert conversations.due(third, NOW, 10) == [], "what another holds is left out"
        _wait_until_blocked(holder)
        conversations.save(holder, [saved(first, closed_at=NOW, close_reason="restarted")])
        second = open_conversation(holder, "1")
    other.join(10)
    assert seen == [{("telegram", "1"): second}]
    engine.dispose()


def _wait_until_blocked(connection: Connection) -> None:
    waiting = 0
    while not waiting:
        waiting = connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar_one()


async def test_first_messages_that_come_at_once_open_one_conversation(database_url: str) -> None:
    databases = [Database(database_url), Database(database_url)]

    def take(connection: Connection) -> str:
        found = lock_open(connection, [("telegram", "1")])
        if not found:
            return open_conversation(connection, "1").id
        return found["telegram", "1"].id

    opened = await asyncio.gather(*(databases[number % 2].run(take) for number in range(8)))
    assert len(set(opened)) == 1
    for database in databases:
        await database.close()


async def test_turns_of_many_processes_are_counted_one_by_one(database_url: str) -> None:
    """Each reads, thinks and writes; were a row not held meanwhile, turns would be lost."""
    databases = [Database(database_url), Database(database_url)]
    keys = [("telegram", str(number)) for number in range(5)]
    await databases[0].run(lambda connection: [open_conversation(connection, address) for _, address in keys] and None)

    def turn(connection: Connection) -> None:
        found = lock_open(connection, keys)
        rows = [saved(one, event_count=one.event_count + 1) for one in found.values()]
        conversations.save(connection, rows)

    await asyncio.gather(*(databases[number % 2].run(turn) for number in range(40)))
    found = await databases[0].read(lambda connection: [conversations.latest(connection, *key) for key in keys])
    assert [one.event_count for one in found if one] == [40] * 5
    for database in databases:
        await database.close()


def test_records_name_columns_that_are_there() -> None:
    assert len(conversations.STORED) == len(msgspec.structs.fields(Stored))
