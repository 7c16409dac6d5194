"""`switchboard flows`: what new conversations begin with, from now on."""

import asyncio
import getpass
import sys
from argparse import Namespace
from functools import partial
from pathlib import Path

from bot.cli.customers_in_flows import confirmed, take_over
from bot.cli.desk import read_desk_file
from bot.cli.failures import CommandFailed
from bot.cli.houses import open_house
from bot.cli.revisions import diff, find, history, read_flow_set, show
from bot.cli.rooms import open_database
from bot.engine.flow import FlowSet
from bot.problems import as_text
from bot.service.house import House
from bot.service.installation import SystemClock
from bot.service.programs import Programs
from bot.service.publishing import Candidate, NotOfThisDesk, Publishing
from bot.settings import Settings
from storage import revisions
from storage.database import Database


def flows(arguments: Namespace, settings: Settings) -> int:
    """Publish, try, take back, list, show or compare sets of flows."""
    asyncio.run(
        _change(arguments, settings) if arguments.action in ("publish", "rollback") else _look(arguments, settings)
    )
    return 0


async def _change(arguments: Namespace, settings: Settings) -> None:
    async with open_house(settings) as house:
        if arguments.action == "publish":
            await _publish(house, settings, arguments)
        else:
            await _roll_back(house, settings, arguments)


async def _look(arguments: Namespace, settings: Settings) -> None:
    async with open_database(settings) as database:
        publishing = _publishing(database, settings)
        match arguments.action:
            case "draft":
                await _draft(publishing, settings)
            case "diff":
                await diff(database, settings, arguments, partial(_candidate, publishing, settings))
            case "history":
                await history(database, settings, arguments.limit, arguments.format)
            case _:
                await show(database, settings, arguments.revision, arguments.format)


def _publishing(database: Database, settings: Settings) -> Publishing:
    return Publishing(
        database=database,
        programs=Programs(),
        folder=Path(settings.flows.path),
        desk=read_desk_file(settings).names,
        clock=SystemClock(),
    )


async def _candidate(publishing: Publishing, settings: Settings) -> Candidate:
    """What the folder holds. Raises CommandFailed when it can't be published; its problems are printed."""
    try:
        candidate = await publishing.candidate()
    except OSError as error:
        raise CommandFailed(f"{error.filename} cannot be read: {error.strerror}", 2) from error
    print(as_text(candidate.problems), end="", file=sys.stderr)
    if candidate.flow_set is None:
        raise CommandFailed(f"{settings.flows.path} has errors: mend them first")
    return candidate


async def _publish(house: House, settings: Settings, arguments: Namespace) -> None:
    candidate = await _candidate(house.publishing, settings)
    assert candidate.flow_set is not None
    await _ask(house, candidate.revision, candidate.flow_set, arguments)
    published = await house.publishing.publish_candidate(candidate, arguments.author or _user(), arguments.message)
    if published.changed:
        print(f"new conversations begin with revision {published.revision} now")
    else:
        print(f"revision {published.revision} is published already: nothing has changed")
    await take_over(house, candidate.revision, arguments)


async def _ask(house: House, revision: str, flow_set: FlowSet, arguments: Namespace) -> None:
    """Raises CommandFailed when it shall not be, or when somebody has published something else meanwhile."""
    before = await house.database.read(revisions.current)
    if not await confirmed(house, revision, flow_set, arguments):
        raise CommandFailed("nothing is published; with --yes nobody is asked")
    now = await house.database.read(revisions.current)
    if now is not None and now != before and now.revision != revision:
        other = f"{now.author} has published revision {now.revision} meanwhile"
        raise CommandFailed(f"nothing is published, as {other}: look at `switchboard flows diff`, and try again")


async def _roll_back(house: House, settings: Settings, arguments: Namespace) -> None:
    revision, body = await find(house.database, arguments.revision)
    flow_set = read_flow_set(revision, body)
    try:
        await house.publishing.check_desk(revision, body)
        await _ask(house, revision, flow_set, arguments)
        published = await house.publishing.roll_back(revision, arguments.author or _user(), arguments.message)
    except NotOfThisDesk as missing:
        lacks = f"{settings.desk.path} lacks what it needs:\n{missing}"
        raise CommandFailed(f"revision {revision} can't come back as long as {lacks}") from missing
    if published.changed:
        print(f"new conversations begin with revision {revision} again; the folder is as it was")
    else:
        print(f"revision {revision} is published already: nothing has changed")
    await take_over(house, revision, arguments)


async def _draft(publishing: Publishing, settings: Settings) -> None:
    draft = await publishing.keep_draft(await _candidate(publishing, settings))
    print(f"revision {draft} is kept as a draft. A supervisor or an admin of the desk tries it in Telegram:")
    print(f"/draft {draft}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return "unknown"
