"""`switchboard desk tickets`: the cases that departments have yet to answer."""

import asyncio
from argparse import Namespace
from zoneinfo import ZoneInfo

from bot.cli.desk import check_name, usable_desk
from bot.cli.rooms import open_database
from bot.cli.writing import print_json, print_table, shown_moment
from bot.service.tickets import TicketCard, unfinished
from bot.settings import Settings


def tickets(arguments: Namespace, settings: Settings) -> int:
    """List them, the oldest first."""
    department = arguments.department
    check_name(department, usable_desk(settings).departments, "department", settings)
    cards = asyncio.run(_read(department, arguments.limit, settings))
    if arguments.format == "json":
        print_json(cards)
    elif cards:
        zone = ZoneInfo(settings.business.time_zone)
        columns = ("number", "state", "department", "kind", "title", "customer", "opened", "due")
        print_table(columns, [_row(card, zone) for card in cards])
    else:
        print("no ticket waits for an answer")
    return 0


async def _read(department: str | None, limit: int, settings: Settings) -> list[TicketCard]:
    async with open_database(settings) as database:
        return await unfinished(database, department, limit)


def _row(card: TicketCard, zone: ZoneInfo) -> tuple[str | int, ...]:
    opened, due = shown_moment(card.opened_at, zone), shown_moment(card.due_at, zone)
    return (card.number, card.state, card.department, card.kind, card.title, card.customer_name, opened, due)
