"""Pages read the log as it grows."""

import asyncio
import re

import pytest

from bot.engine.inputs import CommandHeard, TextHeard
from bot.events import BotSaid, CustomerSaid
from bot.ports import DeskCard, Inbound, Taken
from storage.identifiers import new_id
from tests.service.shop import Shop
from tests.service.test_handoffs import said


async def says(shop: Shop, text: str) -> Taken:
    heard = TextHeard(text=text, message_id=new_id()) if text else CommandHeard(name="start")
    return await shop.turns.take(Inbound(channel="webchat", external_id=new_id(), address="v", heard=heard))


def words(passage_lines: object) -> list[str]:
    assert isinstance(passage_lines, tuple)
    said = [line.event for line in passage_lines if isinstance(line.event, BotSaid | CustomerSaid)]
    return [event.content.text.text for event in said if event.content.text.text]


@pytest.fixture(autouse=True)
def only_bells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks by themselves while a test waits."""
    monkeypatch.setattr("bot.service.transcripts.LOOK_AGAIN_SECONDS", 60.0)


async def test_a_page_reads_on_where_it_left_off_and_nothing_is_sent_to_it(database_url: str) -> None:
    shop = Shop(database_url, pulled=frozenset({"webchat"}))
    await shop.publish()
    transcripts = shop.transcripts
    await says(shop, "")
    first = await transcripts.read_since("webchat", "v", {})
    assert "How can we help?" in words(first.lines)
    waiting = asyncio.create_task(transcripts.read_since("webchat", "v", first.cursor, wait_seconds=20))
    await says(shop, "1")
    second = await waiting
    assert words(second.lines) == ["1", "Your name?"]
    assert (await transcripts.read_since("webchat", "v", second.cursor)).lines == ()
    assert shop.customers.sent == []
    await shop.close(1)


async def test_a_page_hears_what_another_process_said(postgres_database: str) -> None:
    speaker = Shop(postgres_database, process="one", pulled=frozenset({"webchat"}))
    listener = Shop(postgres_database, process="two", pulled=frozenset({"webchat"}))
    await speaker.publish()
    await says(speaker, "")
    transcripts = listener.transcripts
    listening = asyncio.create_task(transcripts.run())
    first = await transcripts.read_since("webchat", "v", {})
    waiting = asyncio.create_task(transcripts.read_since("webchat", "v", first.cursor, wait_seconds=20))
    await says(speaker, "1")
    assert words((await waiting).lines) == ["1", "Your name?"]
    listening.cancel()
    await speaker.close(1)
    await listener.close(1)


async def test_agents_answer_a_page_through_the_log(database_url: str) -> None:
    shop = Shop(database_url, pulled=frozenset({"webchat"}))
    await shop.publish()
    sara = await shop.add_agent("Sara")
    await says(shop, "")
    taken = await says(shop, "3")
    handoff = f"{taken.conversation}.h1"
    await shop.desk_side.wait_for(1)
    _, card, _ = shop.desk_side.sent[0]
    glance = await shop.handoffs.get(handoff)
    assert isinstance(card, DeskCard)
    assert glance is not None
    assert re.fullmatch(r"Web visitor \d{4}", card.customer)
    assert (glance.customer, card.transcript[-1]) == (card.customer, (card.customer, "3"))
    await shop.handoffs.reply(handoff, sara, "a1", said("hello from Sara"), "d1")
    transcripts = shop.transcripts
    events = [line.event for line in (await transcripts.read_since("webchat", "v", {})).lines]
    assert type(events[-1]).__name__ == "AgentSaid"
    assert shop.customers.sent == []
    await shop.close(1)
