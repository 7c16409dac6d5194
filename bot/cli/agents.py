"""`switchboard agent`: who works at the desk."""

import asyncio
from argparse import Namespace
from collections.abc import Sequence

from bot.cli.desk import usable_desk
from bot.cli.failures import CommandFailed
from bot.cli.rooms import open_database
from bot.cli.writing import print_json, print_table
from bot.problems import did_you_mean
from bot.service.agents import AgentCard, Agents
from bot.service.installation import SystemClock
from bot.settings import Settings


def agent(arguments: Namespace, settings: Settings) -> int:
    """Add, list or remove agents."""
    return asyncio.run(_act(arguments, settings))


async def _act(arguments: Namespace, settings: Settings) -> int:
    async with open_database(settings) as database:
        agents = Agents(database=database, clock=SystemClock())
        match arguments.action:
            case "add":
                _show([await _add(agents, arguments, settings)], arguments.format)
            case "list":
                _show(await agents.every(), arguments.format)
            case _:
                await _remove(agents, arguments.agent)
    return 0


async def _add(agents: Agents, arguments: Namespace, settings: Settings) -> AgentCard:
    name = arguments.name.strip()
    if not name:
        raise CommandFailed("an agent needs a name: customers see it", 2)
    if arguments.telegram <= 0:
        raise CommandFailed(f"{arguments.telegram} is no person's Telegram account: their numbers are above 0", 2)
    desk = usable_desk(settings)
    queues = arguments.queue or [desk.default_queue]
    for queue in queues:
        if queue not in desk.queues:
            advice = did_you_mean(queue, desk.queues) or f"there are {', '.join(desk.queues)}"
            raise CommandFailed(f"{queue!r} is no queue of {settings.desk.path}: {advice}", 2)
    return await agents.add(name, telegram_id=arguments.telegram, queues=queues, role=arguments.role)


async def _remove(agents: Agents, wanted: str) -> None:
    """Remove the one agent who is called so, or has this id or Telegram account."""
    everybody = await agents.every()
    found = [card for card in everybody if wanted in (card.id, str(card.telegram_id))]
    found = found or [card for card in everybody if card.name.casefold() == wanted.strip().casefold()]
    if not found:
        raise CommandFailed(_nobody(wanted, everybody))
    if len(found) > 1:
        ids = ", ".join(card.id for card in found)
        raise CommandFailed(f"{len(found)} agents are called {wanted!r}: name one by id, {ids}")
    await agents.remove(found[0].id)
    print(f"{found[0].name} works at the desk no more")


def _nobody(wanted: str, everybody: Sequence[AgentCard]) -> str:
    advice = did_you_mean(wanted, [card.name for card in everybody]) or "`switchboard agent list` shows who there is"
    return f"nobody at the desk is called {wanted!r}: {advice}"


def _show(cards: Sequence[AgentCard], format: str) -> None:
    if format == "json":
        print_json(cards)
        return
    if not cards:
        print("nobody works at the desk yet: see `switchboard agent add --help`")
        return
    rows = [
        (card.name, card.role, card.telegram_id, ", ".join(card.queues), card.presence, card.load, card.id)
        for card in cards
    ]
    print_table(("name", "role", "telegram", "queues", "presence", "customers", "id"), rows)
