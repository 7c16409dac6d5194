"""`switchboard desk tickets`: the cases that departments have yet to answer, and what is done with them."""

import asyncio
from argparse import Namespace
from zoneinfo import ZoneInfo

from bot.cli.agents import agent_named
from bot.cli.desk import check_name, usable_desk
from bot.cli.failures import CommandFailed
from bot.cli.houses import leave_to_others, open_house
from bot.cli.rooms import open_database
from bot.cli.writing import print_json, print_table, shown_moment
from bot.content import Content, RichText
from bot.service.departments.ticket_acts import TicketAnswer
from bot.service.departments.tickets import TicketCard, Tickets, unfinished
from bot.settings import Settings
from storage.identifiers import new_id

DONE = {
    "take": "{agent} looks after ticket {number} now",
    "answer": "ticket {number} is answered: the customer gets it where the ticket was opened",
    "note": "noted",
    "move": "ticket {number} is moved",
    "close": "ticket {number} is closed",
    "reopen": "ticket {number} is open again",
}


def tickets(arguments: Namespace, settings: Settings) -> int:
    """List them, the oldest first, or do something with one."""
    if arguments.deed is not None:
        asyncio.run(_act(arguments, settings))
        return 0
    department = arguments.department
    check_name(department, usable_desk(settings).departments, "department", settings)
    cards = asyncio.run(_read(department, arguments.limit, settings))
    if arguments.format == "json":
        print_json(cards)
    elif cards:
        zone = ZoneInfo(settings.business.time_zone)
        columns = ("number", "state", "agent", "department", "kind", "title", "customer", "opened", "due")
        print_table(columns, [_row(card, zone) for card in cards])
    else:
        print("no ticket waits for an answer")
    return 0


async def _read(department: str | None, limit: int, settings: Settings) -> list[TicketCard]:
    async with open_database(settings) as database:
        return await unfinished(database, department, limit)


def _row(card: TicketCard, zone: ZoneInfo) -> tuple[str | int, ...]:
    opened, due = shown_moment(card.opened_at, zone), shown_moment(card.due_at, zone)
    what = (card.department, card.kind, card.title, card.customer_name)
    return (card.number, card.state, card.agent_name or "", *what, opened, due)


async def _act(arguments: Namespace, settings: Settings) -> None:
    if arguments.deed in ("answer", "note") and not arguments.text.strip():
        raise CommandFailed("there is nothing in the text", 2)
    if arguments.deed == "move":
        check_name(arguments.target, usable_desk(settings).departments, "department", settings)
    async with open_house(settings) as house:
        await house.publishing.follow()
        agent = await agent_named(house.agents, arguments.agent)
        answer = await _do(house.tickets, arguments, agent.id)
        await leave_to_others(house)
    if not answer.done:
        raise CommandFailed(_refusal(answer, arguments.number))
    print(DONE[arguments.deed].format(agent=agent.name, number=arguments.number))


async def _do(desk: Tickets, arguments: Namespace, agent: str) -> TicketAnswer:
    by = (arguments.number, agent, new_id())
    match arguments.deed:
        case "take":
            return await desk.take(*by)
        case "answer":
            return await desk.answer(*by, Content(text=RichText(text=arguments.text.strip())))
        case "note":
            return await desk.note(*by, arguments.text.strip())
        case "move":
            return await desk.move(*by, arguments.target)
        case "close":
            return await desk.close(*by)
        case _:
            return await desk.reopen(*by)


def _refusal(answer: TicketAnswer, number: int) -> str:
    """Why nothing was done."""
    match answer.why:
        case "theirs":
            return f"{answer.agent_name} looks after ticket {number}"
        case "over":
            return f"ticket {number} is closed: see `switchboard desk tickets reopen --help`"
        case "gone":
            return f"the customer of ticket {number} has had their data deleted"
        case "nothing":
            return f"ticket {number} is so already"
        case _:
            return f"there is no ticket {number}"
