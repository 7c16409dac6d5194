"""`switchboard export` and `switchboard forget`: what customers may ask of us."""

import asyncio
import sys
from argparse import Namespace

from bot.cli.failures import CommandFailed
from bot.cli.rooms import open_database
from bot.cli.writing import print_json
from bot.service.files import Files
from bot.service.house import FILES, MEGABYTE
from bot.service.installation import SystemClock
from bot.service.privacy import Kept, Privacy
from bot.settings import Settings
from storage.database import Database


def answer(arguments: Namespace, settings: Settings) -> int:
    """Print all that is kept about a customer, or erase the person and what they said."""
    if arguments.command == "export":
        asyncio.run(_export(arguments.customer, settings))
    else:
        asyncio.run(_forget(arguments.customer, settings, is_sure=arguments.yes or not sys.stdin.isatty()))
    return 0


async def _export(customer: str, settings: Settings) -> None:
    async with open_database(settings) as database:
        print_json(await _found(_privacy(database, settings), customer))


async def _forget(customer: str, settings: Settings, *, is_sure: bool) -> None:
    """Raises CommandFailed when whoever sits at the terminal had rather not."""
    async with open_database(settings) as database:
        privacy = _privacy(database, settings)
        found = await _found(privacy, customer)
        if not is_sure and not _agrees(customer, len(found.rows.get("conversations", ()))):
            raise CommandFailed("nothing was erased")
        conversations = await privacy.forget(found.customer)
    print(f"{customer} is forgotten, with {conversations} conversation{'s' * (conversations != 1)}")


def _agrees(customer: str, conversations: int) -> bool:
    wording = f"Erase {customer} and {conversations} conversation{'s' * (conversations != 1)} for good? [y/N] "
    try:
        return input(wording).strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _privacy(database: Database, settings: Settings) -> Privacy:
    files = Files(FILES, int(settings.webchat.max_file_mb * MEGABYTE))
    return Privacy(database=database, files=files, clock=SystemClock())


async def _found(privacy: Privacy, customer: str) -> Kept:
    """All that is kept about the customer of this id, or at this `channel:address`. Raises CommandFailed on nobody."""
    channel, colon, address = customer.partition(":")
    known = await privacy.find(channel, address) if colon else customer
    kept = await privacy.export(known) if known is not None else None
    if kept is None or not kept.rows:
        raise CommandFailed(f"nobody is known as {customer!r}: write an id, or an address such as telegram:123456789")
    return kept
