"""`switchboard test --record`: a conversation of the log as a test, on standard output."""

import asyncio
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.cli.failures import CommandFailed
from bot.cli.rooms import open_database
from bot.events import from_json
from bot.rehearsal.recording import script_of
from bot.rehearsal.writing import write_case
from bot.settings import Settings
from storage import conversations, event_log
from storage.database import Connection
from storage.event_log import Entry


def record(conversation: str, settings: Settings) -> int:
    """Print the conversation of this number or id as a test file."""
    entries = asyncio.run(_entries(conversation, settings))
    if not entries:
        raise CommandFailed(f"there is no conversation {conversation}")
    happened = [(entry.at, from_json(entry.body)) for entry in entries]
    script = script_of(happened, ZoneInfo(settings.business.time_zone))
    print(write_case(f"conversation {conversation.removeprefix('#')}", script), end="")
    return 0


async def _entries(conversation: str, settings: Settings) -> Sequence[Entry]:
    async with open_database(settings) as database:
        return await database.read(lambda connection: _find(connection, conversation))


def _find(connection: Connection, conversation: str) -> Sequence[Entry]:
    number = conversation.removeprefix("#")
    by_number = conversations.by_number(connection, int(number)) if number.isdecimal() and len(number) < 16 else None
    found = by_number or conversations.get(connection, conversation)
    return event_log.read_conversation(connection, found.id) if found else []
