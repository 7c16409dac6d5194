import asyncio

import msgspec
import pytest
from sqlalchemy import Connection, func, select

from storage import customers
from storage.customers import Caller, Known
from storage.database import Database
from storage.tables import CustomerRow
from tests.storage.conftest import NOW

SARA = Caller(channel="telegram", address="1", name="Sara", username="sara", language="fa")


def meet(connection: Connection, *callers: Caller) -> list[Known]:
    known = customers.find_or_make(connection, callers, NOW)
    return [known[caller.channel, caller.address] for caller in callers]


def test_a_customer_is_made_once(connection: Connection) -> None:
    (first,) = meet(connection, SARA)
    assert (first.name, first.username, first.app_language, first.language) == ("Sara", "sara", "fa", None)
    assert meet(connection, SARA) == [first]
    other = msgspec.structs.replace(SARA, address="2")
    assert meet(connection, SARA, other)[1].id != first.id
    assert customers.find(connection, [("telegram", "1"), ("telegram", "9")]) == {("telegram", "1"): first}


def test_a_new_name_is_kept_and_an_unsaid_one_takes_nothing_away(connection: Connection) -> None:
    (first,) = meet(connection, SARA)
    (renamed,) = meet(connection, msgspec.structs.replace(SARA, name="Sara B", language="en"))
    assert renamed == msgspec.structs.replace(first, name="Sara B", app_language="en")
    assert meet(connection, Caller(channel="telegram", address="1")) == [renamed]


def test_what_they_chose_and_gave_belongs_to_the_person(connection: Connection) -> None:
    (known,) = meet(connection, SARA)
    customers.choose_language(connection, known.id, "ar")
    customers.keep_phone(connection, known.id, "+989121234567")
    customers.set_blocked(connection, "telegram", "1", NOW)
    (later,) = meet(connection, SARA)
    assert (later.language, later.phone, later.blocked_at) == ("ar", "+989121234567", NOW)
    customers.set_blocked(connection, "telegram", "1", None)
    assert customers.addresses(connection, known.id) == [msgspec.structs.replace(later, blocked_at=None)]


@pytest.mark.parametrize(
    "name", ["'; DROP TABLE customers; --", '"]]', "\x00\x01", "\ud83d half", "علی‌رضا 👍", "{x} %s"]
)
def test_names_are_data(connection: Connection, name: str) -> None:
    (known,) = meet(connection, msgspec.structs.replace(SARA, name=name, username=name))
    assert known.name == name.replace("\x00", "").replace("\ud83d", "?")
    assert meet(connection, msgspec.structs.replace(SARA, name=name, username=name)) == [known]


async def test_first_messages_that_come_at_once_make_one_customer(database_url: str) -> None:
    databases = [Database(database_url), Database(database_url)]
    callers = [msgspec.structs.replace(SARA, address=str(number)) for number in range(10)]

    def met(connection: Connection) -> list[str]:
        return [known.id for known in meet(connection, *callers)]

    ids = await asyncio.gather(*(databases[number % 2].run(met) for number in range(8)))
    assert all(one == ids[0] for one in ids)
    count = select(func.count()).select_from(CustomerRow)
    assert await databases[0].read(lambda connection: connection.execute(count).scalar_one()) == 10
    for database in databases:
        await database.close()
