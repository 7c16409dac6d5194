"""Flows that change again and again under load: whoever is in the middle stays where they are, in every process."""

import asyncio
import os
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from sqlalchemy import select

from bot.events import BotSaid, ConversationOpened, from_json
from storage.database import Connection, Database
from storage.tables import EventRow
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.invariants.checker import at_rest
from tests.invariants.crowd import PATIENCE_SECONDS
from tests.invariants.house import House
from tests.invariants.several import Several
from tests.invariants.waiting import until

CUSTOMERS = int(os.environ.get("SWITCHBOARD_CROWD", "20"))
PROCESSES = 4
EDITIONS = "ABCD"
FLOWS = """
settings: {{languages: [en]}}
slots: {{word: {{type: text}}}}
flows:
  main:
    start: true
    description: one word after another
    steps:
{more}      - id: top
        menu: Which way? {edition}
        options:
{options}          - {{label: Say a word, value: word, then: [{{call: words, next: top}}]}}
          - {{label: Goodbye, value: bye, then: [{{say: Goodbye. {edition}}}]}}
  words:
    description: says a word back
    if: False
    steps:
{more}      - {{collect: word, ask: A word? {edition}}}
      - say: Heard {{word}}. {edition}
"""


def flows_of(edition: str) -> str:
    """Each text tells the edition; each has more unnamed steps and options before the others than the last."""
    place = EDITIONS.index(edition)
    option = "          - {{label: New {0}, value: new{0}, then: [{{say: New {0}}}]}}\n"
    return FLOWS.format(
        edition=edition,
        more=f"      - say: Hello {edition}\n" * place,
        options="".join(option.format(f"{number} {edition}") for number in range(place)),
    )


async def test_nobody_in_the_middle_sees_half_of_two_editions(
    server: BotApiServer, tmp_path: Path, postgres_database: str
) -> None:
    house = House.build(tmp_path / "house", server, postgres_database, flows_of("A"))
    people = [server.customer(1000 + number, f"Customer {number}") for number in range(CUSTOMERS)]
    database = Database(postgres_database)
    told: Counter[str] = Counter()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        several = await Several.begin(house, PROCESSES, stack)
        await several.opened()
        home = asyncio.Event()
        visits = [asyncio.create_task(_come_again_and_again(person, told, home)) for person in people]
        await _visits_in("A", told, visits)
        for edition in EDITIONS[1:]:
            house.write_flows(flows_of(edition))
            await _visits_in(edition, told, visits)
        home.set()
        await asyncio.gather(*visits)
        await at_rest(server, database)
        several.check_sound()
        seen = await database.read(_editions_seen)
    assert seen.keys() == set(EDITIONS), seen


async def _come_again_and_again(person: Person, told: Counter[str], home: asyncio.Event) -> None:
    """In each visit one conversation, from the greeting to the farewell, all of one edition."""
    while not home.is_set():
        edition = (await _answered(person, person.start, "Which way?"))[-1]
        for number in range(2):
            await _answered(person, partial(person.tap, "Say a word"), f"A word? {edition}")
            await _answered(person, partial(person.say, f"word {number}"), f"Which way? {edition}")
        await _answered(person, partial(person.tap, "Goodbye"), f"Goodbye. {edition}")
        told[edition] += 1


async def _answered(person: Person, act: Callable[[], Awaitable[object]], text: str) -> str:
    """Does it, and waits for a message of its own with this text: an old one may change late."""
    newest = max(person.chat.posts, default=0)
    await act()
    seen = await person.wait_for(text, where=lambda seen: seen.message_id > newest, within=PATIENCE_SECONDS)
    return seen.text


async def _visits_in(edition: str, told: Counter[str], visits: list[asyncio.Task[None]]) -> None:
    """Waits until many had a whole visit in this edition. Raises what a customer met."""

    async def enough() -> bool:
        for visit in visits:
            if visit.done():
                visit.result()
        return told[edition] >= CUSTOMERS / 2

    await until(enough, PATIENCE_SECONDS, f"nobody is told anything of edition {edition}")


def _editions_seen(connection: Connection) -> Counter[str]:
    """How many conversations were held in each edition. Raises AssertionError if one was held in two."""
    editions: dict[str, set[str]] = {}
    revisions: dict[str, set[str]] = {}
    for conversation, body in connection.execute(select(EventRow.conversation_id, EventRow.body)):
        event = from_json(body)
        if isinstance(event, ConversationOpened):
            revisions.setdefault(conversation, set()).add(event.revision)
        elif isinstance(event, BotSaid) and (stamp := re.search(r" ([A-D])$", event.content.text.text)):
            editions.setdefault(conversation, set()).add(stamp[1])
    assert all(len(held) == 1 for held in editions.values()), editions
    by_revision = {(*revisions[conversation], *held) for conversation, held in editions.items()}
    assert len(by_revision) == len(EDITIONS), by_revision
    return Counter(next(iter(held)) for held in editions.values())
