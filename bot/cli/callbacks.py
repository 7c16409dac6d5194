"""`switchboard desk callbacks`: who has left a number and was not called yet."""

import asyncio
from argparse import Namespace
from zoneinfo import ZoneInfo

from bot.cli.desk import check_name, usable_desk
from bot.cli.rooms import open_database
from bot.cli.writing import print_json, print_table, shown_moment
from bot.service.departments.callbacks import CallbackCard, unfinished
from bot.service.installation import SystemClock
from bot.settings import Settings


def callbacks(arguments: Namespace, settings: Settings) -> int:
    """List them, who is to be called first before the others."""
    queue = arguments.queue
    check_name(queue, usable_desk(settings).queues, "queue", settings)
    cards = asyncio.run(_read(queue, arguments.limit, settings))
    if arguments.format == "json":
        print_json(cards)
    elif cards:
        zone = ZoneInfo(settings.business.time_zone)
        columns = ("phone", "customer", "queue", "state", "calls", "asked", "due")
        print_table(columns, [_row(card, zone) for card in cards])
    else:
        print("nobody waits for a call")
    return 0


async def _read(queue: str | None, limit: int, settings: Settings) -> list[CallbackCard]:
    async with open_database(settings) as database:
        return await unfinished(database, queue, SystemClock().now(), limit)


def _row(card: CallbackCard, zone: ZoneInfo) -> tuple[str, ...]:
    state = f"{card.state} by {card.agent_name}" if card.agent_name else card.state
    calls = f"{card.tries}, {(card.outcome or '').replace('_', ' ')}" if card.tries else "0"
    due = shown_moment(card.due_at, zone) or "as soon as possible"
    return (card.phone, card.customer_name, card.queue, state, calls, shown_moment(card.requested_at, zone), due)
