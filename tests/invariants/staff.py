"""Agents of a house, at their desk in a group of Telegram's."""

from collections.abc import Sequence

from bot.service.desk.agents import Agents
from bot.service.installation import SystemClock
from storage.database import Database
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer

DESK_CHAT = -1001
FIRST_ID = 200
ROOM = 100  # customers at once: nobody is refused for having too many
NAMES = ("Ali", "Reza", "Mina", "Noor", "Dana", "Omid")


async def hire(server: BotApiServer, database: Database, names: Sequence[str] = NAMES) -> list[Person]:
    """Agents of the queue `support`, all in the desk's group."""
    forum, agents = server.forum(DESK_CHAT), Agents(database=database, clock=SystemClock())
    for number, name in enumerate(names, FIRST_ID):
        await agents.add(name, telegram_id=number, queues=["support"], capacity=ROOM)
    return [server.member(forum, number, name) for number, name in enumerate(names, FIRST_ID)]
