"""Who works at the desk, added by several at once."""

import asyncio
import threading

from sqlalchemy import Connection, text

from bot.service.desk.agents import Agents
from bot.service.installation import SystemClock
from storage import agents
from storage.database import Database
from tests.invariants.waiting import until


async def test_of_two_who_add_one_account_at_once_the_later_changes_what_the_earlier_made(
    postgres_database: str,
) -> None:
    database, clock = Database(postgres_database), SystemClock()
    inserted, other_waits = threading.Event(), threading.Event()

    def slowly(connection: Connection) -> str:
        now = clock.now()
        made = agents.add(connection, name="Anna", role="agent", telegram_id=7, queues=["support"], now=now)
        inserted.set()
        assert other_waits.wait(20)
        return made

    async def is_waiting() -> bool:
        return await database.read(_somebody_waits)

    first = asyncio.create_task(database.run(slowly))
    assert await asyncio.to_thread(inserted.wait, 20)
    second = asyncio.create_task(Agents(database=database, clock=clock).add("Maria", telegram_id=7, queues=["orders"]))
    await until(is_waiting, 20, "nobody waits for the first")
    other_waits.set()
    added = await second
    assert (added.id, added.name, added.queues) == (await first, "Maria", ("orders",))
    await database.close()


def _somebody_waits(connection: Connection) -> bool:
    return bool(connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one())
