"""`switchboard agent`: who works at the desk."""

import asyncio
from argparse import Namespace
from collections.abc import Sequence

from bot.cli.desk import known_queues, usable_desk
from bot.cli.failures import CommandFailed
from bot.cli.invitations import invite
from bot.cli.rooms import open_database
from bot.cli.writing import print_json, print_table
from bot.problems import did_you_mean
from bot.service.desk.agents import AgentCard, Agents, Terms
from bot.service.installation import SystemClock
from bot.settings import Settings
from bot.yaml_fields import LANGUAGE_CODE

ALL, NONE = "all", "none"  # of languages, of skills
MOST_AT_ONCE = 1000
HIGHEST_ACCOUNT = 2**52  # so large may Telegram's numbers become


def agent(arguments: Namespace, settings: Settings) -> int:
    """Add, change, invite, list or remove agents."""
    return asyncio.run(invite(arguments, settings) if arguments.action == "invite" else _act(arguments, settings))


async def _act(arguments: Namespace, settings: Settings) -> int:
    async with open_database(settings) as database:
        agents = Agents(database=database, clock=SystemClock())
        match arguments.action:
            case "add":
                _show([await _add(agents, arguments, settings)], arguments.format)
            case "change":
                _show([await _change(agents, arguments, settings)], arguments.format)
            case "list":
                _show(await agents.every(), arguments.format)
            case _:
                await _remove(agents, arguments.agent)
    return 0


async def _add(agents: Agents, arguments: Namespace, settings: Settings) -> AgentCard:
    if not 0 < arguments.telegram < HIGHEST_ACCOUNT:
        known = f"their numbers are above 0 and below {HIGHEST_ACCOUNT}"
        raise CommandFailed(f"{arguments.telegram} is no person's Telegram account: {known}", 2)
    desk = usable_desk(settings)
    return await agents.add(
        _name(arguments.name),
        telegram_id=arguments.telegram,
        queues=known_queues(arguments.queue or [desk.default_queue], desk, settings),
        role=arguments.role,
        **_terms(arguments),
    )


async def _change(agents: Agents, arguments: Namespace, settings: Settings) -> AgentCard:
    known = await agent_named(agents, arguments.agent)
    if arguments.private is False and known.works_privately and known.load:
        raise CommandFailed(f"{known.name} has {known.load} customer(s) in a private chat, who would be lost there")
    changed = await agents.change(
        known.id,
        name=None if arguments.name is None else _name(arguments.name),
        queues=None if arguments.queue is None else known_queues(arguments.queue, usable_desk(settings), settings),
        role=arguments.role,
        **_terms(arguments),
    )
    if changed is None:
        raise CommandFailed(f"{known.name} works at the desk no more")
    return changed


def _name(wanted: str) -> str:
    if not wanted.strip():
        raise CommandFailed("an agent needs a name: customers see it", 2)
    return wanted.strip()


def _terms(arguments: Namespace) -> Terms:
    """How many customers at once, in which languages and with which skills; none of what is not said."""
    capacity, languages = arguments.capacity, arguments.language
    if capacity is not None and not 1 <= capacity <= MOST_AT_ONCE:
        raise CommandFailed(f"an agent can have from 1 to {MOST_AT_ONCE} customers at once, not {capacity}", 2)
    languages = [] if languages == [ALL] else languages
    if wrong := next((code for code in languages or () if not LANGUAGE_CODE.match(code)), None):
        raise CommandFailed(f"{wrong!r} is not a language code, such as 'en' or 'fa'; for all of them say '{ALL}'", 2)
    return {
        "capacity": capacity,
        "languages": languages,
        "skills": [] if arguments.skill == [NONE] else arguments.skill,
        "works_privately": arguments.private,
    }


async def _remove(agents: Agents, wanted: str) -> None:
    found = await agent_named(agents, wanted)
    await agents.remove(found.id)
    print(f"{found.name} works at the desk no more")


async def agent_named(agents: Agents, wanted: str) -> AgentCard:
    """The one agent who is called so, or has this id or Telegram account. Raises CommandFailed."""
    everybody = await agents.every()
    found = [card for card in everybody if wanted in (card.id, str(card.telegram_id))]
    found = found or [card for card in everybody if card.name.casefold() == wanted.strip().casefold()]
    if not found:
        raise CommandFailed(_nobody(wanted, everybody))
    if len(found) > 1:
        ids = ", ".join(card.id for card in found)
        raise CommandFailed(f"{len(found)} agents are called {wanted!r}: name one by id, {ids}")
    return found[0]


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
        (
            *(card.name, card.role, card.telegram_id, ", ".join(card.queues)),
            *(", ".join(card.languages) or ALL, ", ".join(card.skills)),
            *(card.presence, f"{card.load}/{card.capacity}", card.id),
        )
        for card in cards
    ]
    print_table(("name", "role", "telegram", "queues", "languages", "skills", "presence", "customers", "id"), rows)
