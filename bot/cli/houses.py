"""The whole service for a command that changes what goes on with customers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry

from bot.cli.desk import read_desk_file, usable_desk
from bot.cli.rooms import failures_explained
from bot.desk.desk_file import DeskNames
from bot.service.house import House
from bot.service.installation import SystemClock
from bot.service.written import BEHIND
from bot.settings import Settings
from storage import outbox
from storage.database import Connection
from storage.nudges import nudge
from storage.schema import check_schema


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """The service without any channel: what it books is for `leave_to_others`. Raises CommandFailed."""
    desk, names = usable_desk(settings), read_desk_file(settings).names or DeskNames()
    with failures_explained(settings):
        house = House(settings, desk=desk, names=names, clock=SystemClock(), registry=CollectorRegistry())
        house.installation.desk_groups = lambda: tuple(map(str, settings.telegram.desk_chat_id))
        try:
            await house.database.read(check_schema)
            yield house
        finally:
            await house.close(0)


async def leave_to_others(house: House) -> None:
    """What was booked here is sent by the processes that serve."""

    def leave(connection: Connection) -> None:
        outbox.give_back(connection, house.installation.holder.process)
        nudge(connection, BEHIND)

    await house.database.run(leave)
