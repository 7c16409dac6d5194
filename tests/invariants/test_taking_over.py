"""Conversations go over to edited flows while their customers talk, in every process, again and again."""

import asyncio
import os
import re
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from sqlalchemy import select

from bot.events import AnyEvent, BotSaid, CustomerSaid, RevisionChanged, from_json
from storage import revisions
from storage.database import Connection, Database
from storage.tables import ConversationRow, EventRow
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.invariants.checker import at_rest
from tests.invariants.crowd import PATIENCE_SECONDS
from tests.invariants.house import House
from tests.invariants.several import Several
from tests.invariants.test_publishing import flows_of

ROOT = Path(__file__).parents[2]
CUSTOMERS = int(os.environ.get("SWITCHBOARD_CROWD", "20"))
PROCESSES = 4
MOVED = "BD"
RESTARTED = "A"
NOTICE = "Our menus have just changed"


async def test_everybody_goes_over_in_the_middle_and_nobody_reads_an_edition_after_its_successor(
    server: BotApiServer, tmp_path: Path, postgres_database: str
) -> None:
    house = House.build(tmp_path / "house", server, postgres_database, flows_of("A"))
    people = [server.customer(1000 + number, f"Customer {number}") for number in range(CUSTOMERS)]
    database = Database(postgres_database)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await publish(house)
        several = await Several.begin(house, PROCESSES, stack, {"FLOWS__PUBLISH": "manual"})
        await several.opened()
        home = asyncio.Event()
        visits = [asyncio.create_task(_talk_on(person, home)) for person in people]
        for edition in MOVED:
            house.write_flows(flows_of(edition))
            told = await publish(house, "--migrate", "--yes")
            assert re.search(r"\d+ went over, 0 began again, 0 stayed", told), told
            await _all_read(people, edition)
        home.set()
        await asyncio.gather(*visits)
        await at_rest(server, database)
        house.write_flows(flows_of(RESTARTED))
        await publish(house, "--restart", "--yes")
        await asyncio.gather(*(_begins_again(person) for person in people))
        await at_rest(server, database)
        several.check_sound()
        await database.read(_check_logs)


async def publish(house: House, *options: str) -> str:
    """`switchboard flows publish`, to its end. What it said."""
    settings = {
        "DATABASE__URL": house.database_url,
        "FLOWS__PATH": str(house.flows),
        "DESK__PATH": str(house.folder / "desk.yaml"),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "flows", "publish", *options),
        cwd=house.folder,
        env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONPATH": str(ROOT)}
        | {f"SWITCHBOARD_{name}": value for name, value in settings.items()},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


async def _talk_on(person: Person, home: asyncio.Event) -> None:
    """One conversation, round after round; each answer is answered, in whatever edition."""
    await _answered(person, person.start, "Which way?")
    number = 0
    while not home.is_set():
        number += 1
        await _answered(person, partial(person.tap, "Say a word"), "A word?")
        await _answered(person, partial(person.say, f"word {number}"), f"Heard word {number}.")
        await _answered(person, None, "Which way?")


async def _answered(person: Person, act: Callable[[], Awaitable[object]] | None, text: str) -> None:
    newest = max(person.chat.posts, default=0) if act is not None else 0
    if act is not None:
        await act()
    await person.wait_for(text, where=lambda seen: seen.message_id > newest, within=PATIENCE_SECONDS)


async def _all_read(people: list[Person], edition: str) -> None:
    """Waits until everybody was greeted by this edition's menu."""
    text = f"Which way? {edition}"
    await asyncio.gather(*(person.wait_for(text, within=PATIENCE_SECONDS) for person in people))


async def _begins_again(person: Person) -> None:
    await person.wait_for(f"Which way? {RESTARTED}", ever=True, where=lambda seen: bool(seen.labels))
    shown = [seen for seen in person.screen() if "Say a word" in seen.labels]
    assert len(shown) == 1, person.shown()
    assert sum(NOTICE in seen.text for seen in person.screen()) == 1, person.shown()
    await _answered(person, partial(person.tap, "Say a word"), f"A word? {RESTARTED}")


def _check_logs(connection: Connection) -> None:
    """No conversation goes back to an edition that it has left, and no turn speaks in two."""
    turns: dict[str, list[list[AnyEvent]]] = defaultdict(lambda: [[]])
    statement = select(EventRow.conversation_id, EventRow.body).order_by(EventRow.conversation_id, EventRow.number)
    for conversation, body in connection.execute(statement):
        event = from_json(body)
        if isinstance(event, CustomerSaid | RevisionChanged):
            turns[conversation].append([])
        turns[conversation][-1].append(event)
    for conversation, held in turns.items():
        editions = [stamps for events in held if (stamps := _stamps(events))]
        assert all(len(stamps) == 1 for stamps in editions), (conversation, editions)
        order = [next(iter(stamps)) for stamps in editions[:-2]]  # the last two are of the edition that all begin again
        assert order == sorted(order), (conversation, editions)
    newest = revisions.current(connection)
    assert newest is not None
    assert set(connection.execute(select(ConversationRow.revision)).scalars()) == {newest.revision}


def _stamps(events: list[AnyEvent]) -> set[str]:
    said = [event.content.text.text for event in events if isinstance(event, BotSaid)]
    return {stamp[1] for text in said if (stamp := re.search(r" ([A-D])$", text))}
