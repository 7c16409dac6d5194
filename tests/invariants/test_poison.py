"""What breaks a turn is answered once, with an apology and a person; it never comes again, and harms nobody else."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage import event_log
from storage.database import Database
from storage.tables import ConversationRow, RevisionRow
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.invariants.checker import at_rest, check
from tests.invariants.crowd import Crowd
from tests.invariants.house import House
from tests.invariants.staff import DESK_CHAT, hire

OF_ANOTHER_VERSION = '{"id": 1, "written": "by a version that is to come"}'
WITH_DESK = {"TELEGRAM__DESK_CHAT_ID": str(DESK_CHAT)}
DAMAGED: dict[str, dict[str, Any]] = {
    "Cut": {"state": '{"id": "06H0'},
    "Newer": {"state": OF_ANOTHER_VERSION},
    "Lost": {"revision": "lost"},
    "Torn": {"revision": "torn"},
    "Late": {"state": OF_ANOTHER_VERSION, "due_at": datetime.now(UTC) - timedelta(hours=1)},
}
EXPECTED = ("turn_failed", "handoff_requested", "handoff_queued")
APOLOGY = "Something went wrong"
PATIENCE_SECONDS = 60.0


async def test_a_poisonous_update_is_answered_with_a_person(
    server: BotApiServer, tmp_path: Path, database_url: str
) -> None:
    house = House.build(tmp_path / "house", server, database_url)
    victims = {name: server.customer(number, name) for number, name in enumerate(DAMAGED, 100)}
    async with AsyncExitStack() as stack:
        database = Database(database_url)
        stack.push_async_callback(database.close)
        (ali,) = await hire(server, database, ["Ali"])
        await stack.enter_async_context(house.process(WITH_DESK))
        for victim in victims.values():
            await victim.start()
        for victim in victims.values():
            await victim.wait_for("Which way?", within=PATIENCE_SECONDS)
        await at_rest(server, database)
        await database.run(lambda connection: _damage(connection, victims))
        crowd = Crowd(server, walking=10)
        crowd.come(turns=3)
        await asyncio.gather(*(victim.say(f"I am {name}") for name, victim in victims.items() if name != "Late"))
        for name, victim in victims.items():
            await victim.wait_for(APOLOGY, within=PATIENCE_SECONDS, ever=True)
            topic = await ali.wait_for_topic(f"{name} ", within=PATIENCE_SECONDS)
            await victim.say(f"Is there anybody, asks {name}?")
            await topic.wait_for(f"asks {name}?", within=PATIENCE_SECONDS, ever=True)
            await topic.say("I am sorry.")
            await victim.wait_for("I am sorry.", within=PATIENCE_SECONDS)
        await crowd.go_home()
        await at_rest(server, database)
        await check(server, database, crowd.customers)
        for name, victim in victims.items():
            kinds = await database.read(partial(_kinds, victim))
            assert [kind for kind in kinds if kind in EXPECTED] == list(EXPECTED), f"{name}: {kinds}"


def _damage(connection: Connection, victims: dict[str, Person]) -> None:
    """As a crash of the disk, a newer version and a careless hand would leave things."""
    now = datetime.now(UTC)
    connection.execute(insert(RevisionRow).values(id="torn", body='{"flows": {"main"', created_at=now))
    for name, victim in victims.items():
        where = ConversationRow.address == str(victim.chat.chat_id)
        connection.execute(update(ConversationRow).where(where).values(**DAMAGED[name]))


def _kinds(victim: Person, connection: Connection) -> list[str]:
    address = str(victim.chat.chat_id)
    found = connection.execute(select(ConversationRow.id).where(ConversationRow.address == address)).scalars()
    (conversation,) = found
    return [entry.kind for entry in event_log.read_conversation(connection, conversation)]
