"""Agents of a house, at their desk in a group of Telegram's."""

from collections.abc import Sequence
from datetime import UTC, datetime

from storage import agents
from storage.database import Connection, Database
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer

DESK_CHAT = -1001
FIRST_ID = 200
NAMES = ("Ali", "Reza", "Mina", "Noor", "Dana", "Omid")


async def hire(server: BotApiServer, database: Database, names: Sequence[str] = NAMES) -> list[Person]:
    """Agents of the queue `support`, all in the desk's group."""
    forum = server.forum(DESK_CHAT)

    def add(connection: Connection) -> None:
        now = datetime.now(UTC)
        for number, name in enumerate(names, FIRST_ID):
            agents.add(connection, name=name, role="agent", telegram_id=number, queues=["support"], now=now)

    await database.run(add)
    return [server.member(forum, number, name) for number, name in enumerate(names, FIRST_ID)]
