"""`switchboard flows history|show|diff`: what was published, what a revision holds, what differs."""

from argparse import Namespace
from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

import msgspec

from bot.cli.difference_text import as_text
from bot.cli.failures import CommandFailed
from bot.cli.writing import print_json, print_table, shown_moment
from bot.engine.differences import differences
from bot.engine.flow import FlowSet, flow_set_from_json
from bot.service.publishing import Candidate
from bot.settings import Settings
from storage import conversations, revisions
from storage.database import Connection, Database


async def find(database: Database, letters: str) -> tuple[str, str]:
    """The revision whose id begins so, and its body. Raises CommandFailed unless it is exactly one."""
    found = await database.read(lambda connection: revisions.beginning_with(connection, letters))
    if letters in found:
        found = [letters]
    if not found:
        raise CommandFailed(f"there is no revision {letters!r}: see `switchboard flows history`")
    if len(found) > 1:
        raise CommandFailed(f"several revisions begin with {letters!r}: {', '.join(found[:5])}")
    body = await database.read(lambda connection: revisions.body(connection, found[0]))
    assert body is not None
    return found[0], body


def read_flow_set(revision: str, body: str) -> FlowSet:
    """The flows of a revision. Raises CommandFailed when they can't be read."""
    try:
        return flow_set_from_json(body.encode())
    except msgspec.DecodeError as damage:
        raise CommandFailed(f"revision {revision} was written by another version of this program") from damage


async def _current(database: Database) -> str:
    current = await database.read(revisions.current)
    if current is None:
        raise CommandFailed("nothing is published yet: see `switchboard flows publish --help`")
    return current.revision


async def diff(
    database: Database, settings: Settings, arguments: Namespace, folder: Callable[[], Awaitable[Candidate]]
) -> None:
    """Print what differs from one revision to another, or to what `folder` gives."""
    old, body = await find(database, arguments.old or await _current(database))
    before = read_flow_set(old, body)
    if arguments.new is not None:
        new, body = await find(database, arguments.new)
        after = read_flow_set(new, body)
    else:
        candidate = await folder()
        assert candidate.flow_set is not None
        new, after = f"{settings.flows.path} ({candidate.revision})", candidate.flow_set
    found = differences(before, after)
    if arguments.format == "json":
        print_json({"from": old, "to": new, "differences": found})
        return
    print(f"from revision {old} to {new if arguments.new is None else f'revision {new}'}:")
    print(as_text(found) or "no differences\n", end="")


async def history(database: Database, settings: Settings, limit: int, format: str) -> None:
    """Print the newest publications."""

    def read(connection: Connection) -> tuple[list[revisions.Publication], dict[str, int]]:
        return revisions.history(connection, limit), conversations.count_open(connection)

    published, running = await database.read(read)
    if format == "json":
        print_json([msgspec.structs.asdict(each) | {"running": running.get(each.revision, 0)} for each in published])
        return
    zone = ZoneInfo(settings.business.time_zone)
    rows = [
        (each.revision, shown_moment(each.at, zone), each.author, each.message, running.get(each.revision, 0))
        for each in published
    ]
    print_table(("revision", "published", "by", "message", "running"), rows)


async def show(database: Database, settings: Settings, wanted: str | None, format: str) -> None:
    """Print a revision, by default the one for new conversations."""
    current = await _current(database) if wanted is None else (await find(database, wanted))[0]
    revision, body = await find(database, current)
    if format == "json":
        print(body)
        return
    flow_set = read_flow_set(revision, body)
    newest = await database.read(revisions.current)
    held = await database.read(lambda connection: revisions.publications_of(connection, revision))
    running = await database.read(conversations.count_open)
    print(f"revision {revision}{', for new conversations' if newest and newest.revision == revision else ''}")
    zone = ZoneInfo(settings.business.time_zone)
    for each in held:
        print(f"published {shown_moment(each.at, zone)} by {each.author}{f': {each.message}' if each.message else ''}")
    if not held:
        print("a draft: it was never published")
    print(f"{running.get(revision, 0)} conversations run on it")
    _print_flows(flow_set)


def _print_flows(flow_set: FlowSet) -> None:
    rows = [
        (name, len(flow.steps), "start" if name == flow_set.start else "", flow.description)
        for name, flow in sorted(flow_set.flows.items())
    ]
    print_table(("flow", "steps", "", "what it is for"), rows)
