"""`switchboard flows`: what new conversations begin with, and began with before."""

import asyncio
import getpass
import sys
from argparse import Namespace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cli.desk import read_desk_file
from bot.cli.failures import CommandFailed
from bot.cli.rooms import open_database
from bot.cli.writing import print_json, print_table
from bot.engine.flow import FlowSet, flow_set_from_json
from bot.problems import as_text
from bot.service.installation import SystemClock
from bot.service.programs import Programs
from bot.service.publishing import Publishing
from bot.settings import Settings
from storage import revisions
from storage.database import Database


def flows(arguments: Namespace, settings: Settings) -> int:
    """Publish the folder, list what was published, or show one revision."""
    return asyncio.run(_act(arguments, settings))


async def _act(arguments: Namespace, settings: Settings) -> int:
    async with open_database(settings) as database:
        match arguments.action:
            case "publish":
                return await _publish(database, settings, arguments.message)
            case "history":
                await _history(database, settings, arguments.limit, arguments.format)
            case _:
                await _show(database, arguments.revision, arguments.format)
    return 0


async def _publish(database: Database, settings: Settings, message: str) -> int:
    publishing = Publishing(
        database=database,
        programs=Programs(),
        folder=Path(settings.flows.path),
        desk=read_desk_file(settings).names,
        clock=SystemClock(),
    )
    try:
        published = await publishing.publish(getpass.getuser(), message)
    except OSError as error:
        raise CommandFailed(f"{error.filename} cannot be read: {error.strerror}", 2) from error
    print(as_text(published.problems), end="", file=sys.stderr)
    if published.revision is None:
        raise CommandFailed(f"{settings.flows.path} has errors: nothing is published")
    if published.changed:
        print(f"new conversations begin with revision {published.revision} now")
    else:
        print(f"revision {published.revision} is published already: nothing has changed")
    return 0


async def _history(database: Database, settings: Settings, limit: int, format: str) -> None:
    published = await database.read(lambda connection: revisions.history(connection, limit))
    if format == "json":
        print_json(published)
        return
    zone = ZoneInfo(settings.business.time_zone)
    rows = [(each.revision, _moment(each.at, zone), each.author, each.message) for each in published]
    print_table(("revision", "published", "by", "message"), rows)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


async def _show(database: Database, revision: str | None, format: str) -> None:
    current = await database.read(revisions.current)
    wanted = revision or (current.revision if current else None)
    if wanted is None:
        raise CommandFailed("nothing is published yet: see `switchboard flows publish --help`")
    body = await database.read(lambda connection: revisions.body(connection, wanted))
    if body is None:
        raise CommandFailed(f"there is no revision {wanted!r}: see `switchboard flows history`")
    if format == "json":
        print(body)
        return
    flow_set = flow_set_from_json(body.encode())
    print(f"revision {wanted}{', for new conversations' if current and current.revision == wanted else ''}")
    _print_flows(flow_set)


def _print_flows(flow_set: FlowSet) -> None:
    rows = [
        (name, len(flow.steps), "start" if name == flow_set.start else "", flow.description)
        for name, flow in sorted(flow_set.flows.items())
    ]
    print_table(("flow", "steps", "", "what it is for"), rows)
