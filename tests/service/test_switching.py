"""Several processes on one PostgreSQL, in the middle of everything, when the flows change."""

import asyncio
import random
from collections import Counter

from bot.events import AnyEvent, BotSaid, ConversationOpened, RevisionChanged
from bot.service.publishing import revision_of
from storage import conversations, revisions
from tests.service.shop import FLOWS, START, Shop, flow_set

CUSTOMERS = 200
PROCESSES = 4
AFTERWARDS = 20  # who surely speaks while each revision holds
ROUND = {  # what is said at each question, by the question's first word
    "How": ("More", "Tell us your name"),
    "What": ("Back to the top",),
    "Your": ("Sara",),
}


def stamped(stamp: str, more: int) -> str:
    """The shop's flows, each text with the stamp; unnamed steps and options are put before the others."""
    source = FLOWS.replace("?", f"? {stamp}").replace("Hello {name}.", "Hello {name}. " + stamp)
    source = source.replace("How did we do", "How was it")
    options = f"          - {{label: New {stamp}, value: new, then: [{{say: New {stamp}}}]}}\n" * (more > 0)
    return source.replace("      - id: top\n", f"      - say: Hi {stamp}\n" * more + "      - id: top\n").replace(
        "        options:\n          - label: {en: Tell", f"        options:\n{options}          - label: {{en: Tell"
    )


async def test_no_conversation_sees_half_of_each_and_all_processes_switch_at_once(postgres_database: str) -> None:
    shops = [Shop(postgres_database, process=f"p{number}") for number in range(PROCESSES)]
    sources = {stamp: stamped(stamp, more) for more, stamp in enumerate("ABC")}
    stamps = {revision_of(flow_set(source))[0]: stamp for stamp, source in sources.items()}
    for shop in shops:
        await shop.publish(sources["A"])
    chance = random.Random(1)
    try:
        await asyncio.gather(*(chance.choice(shops).hears(f"c{number}", START) for number in range(CUSTOMERS)))
        for stamp in "BC":
            talking = [asyncio.create_task(_talk(shops, f"c{number}", turns=2)) for number in range(CUSTOMERS)]
            revision = await _publish_unseen(shops[0], sources[stamp])
            late = [f"late {stamp} {number}" for number in range(PROCESSES)]
            await asyncio.gather(*(shop.hears(address, START) for shop, address in zip(shops, late, strict=True)))
            for shop, address in zip(shops, late, strict=True):
                assert (await _stored(shop, address)).revision == revision, "begun at once, wherever"
            outcome = await shops[1].migration().take_over(revision, "nobody")
            assert outcome.moved > 0
            await asyncio.gather(*talking)
            await asyncio.gather(*(_talk(shops, f"c{number}", turns=1) for number in range(AFTERWARDS)))
        assert (await shops[2].migration().take_over(revision, "nobody")).stayed == 0
        seen: Counter[str] = Counter()
        for number in range(CUSTOMERS):
            stored = await _stored(shops[3], f"c{number}")
            assert stamps[stored.revision] == "C"
            seen += _stamps_seen(await shops[3].events(stored.id), stamps)
        assert seen.keys() == set("ABC"), seen
    finally:
        for shop in shops:
            await shop.close(1)


async def _publish_unseen(shop: Shop, source: str) -> str:
    """Publish in the database alone, as another process does."""
    revision, body = revision_of(flow_set(source))
    now = shop.clock.now()
    await shop.database.run(lambda connection: revisions.publish(connection, revision, body, "test", "", now))
    return revision


async def _talk(shops: list[Shop], address: str, turns: int) -> None:
    chance = random.Random(address)
    for _ in range(turns):
        shop = chance.choice(shops)
        asked = await _question(shop, address)
        taken = await shop.hears(address, chance.choice(ROUND[asked.partition(" ")[0]]))
        assert not taken.failed
        await asyncio.sleep(0)


async def _question(shop: Shop, address: str) -> str:
    stored = await _stored(shop, address)
    said = [event for event in await shop.events(stored.id) if isinstance(event, BotSaid)]
    return said[-1].content.text.text


async def _stored(shop: Shop, address: str) -> conversations.Stored:
    stored = await shop.database.read(lambda connection: conversations.latest(connection, "telegram", address))
    assert stored is not None
    return stored


def _stamps_seen(events: list[AnyEvent], stamps: dict[str, str]) -> Counter[str]:
    """Every text is of the revision that the conversation had just then."""
    seen: Counter[str] = Counter()
    now = ""
    for event in events:
        if isinstance(event, ConversationOpened | RevisionChanged):
            now = stamps[event.revision]
        if isinstance(event, BotSaid):
            assert event.content.text.text.endswith(now), (now, event.content.text.text)
            seen[now] += 1
    return seen
