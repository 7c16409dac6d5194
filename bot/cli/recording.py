"""`switchboard test --record`: a conversation of the log as a test, on standard output."""

import asyncio
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec

from bot.cli.failures import CommandFailed
from bot.cli.flow_folder import read_folder
from bot.cli.rooms import open_database
from bot.engine.conversation import Customer, conversation_from_json
from bot.engine.program import compile_program
from bot.events import from_json
from bot.rehearsal.phrases import PhraseBook
from bot.rehearsal.recording import script_of
from bot.rehearsal.writing import write_case
from bot.settings import Settings
from storage import conversations, event_log
from storage.conversations import Stored
from storage.database import Connection
from storage.event_log import Entry


def record(conversation: str, settings: Settings) -> int:
    """Print the conversation of this number or id as a test file."""
    found = asyncio.run(_found(conversation, settings))
    if found is None:
        raise CommandFailed(f"there is no conversation {conversation}")
    stored, entries = found
    happened = [(entry.at, from_json(entry.body)) for entry in entries]
    book = PhraseBook(compile_program(read_folder(settings).flow_set, stored.revision))
    script = script_of(happened, book, ZoneInfo(settings.business.time_zone), _customer(stored))
    print(write_case(f"conversation {conversation.removeprefix('#')}", script), end="")
    return 0


async def _found(conversation: str, settings: Settings) -> tuple[Stored, Sequence[Entry]] | None:
    async with open_database(settings) as database:
        return await database.read(lambda connection: _find(connection, conversation))


def _find(connection: Connection, conversation: str) -> tuple[Stored, Sequence[Entry]] | None:
    number = conversation.removeprefix("#")
    by_number = conversations.by_number(connection, int(number)) if number.isdecimal() and len(number) < 16 else None
    stored = by_number or conversations.get(connection, conversation)
    return None if stored is None else (stored, event_log.read_conversation(connection, stored.id))


def _customer(stored: Stored) -> Customer | None:
    """What the flows knew of them; none when the state is of another version."""
    try:
        return conversation_from_json(stored.state).customer
    except msgspec.DecodeError:
        return None
