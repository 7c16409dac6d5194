"""What agents in a topic ask and say about the customer, and customers who come from the web chat."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.engine.inputs import AnyHeard, CommandHeard, TextHeard
from bot.events import BotSaid, from_json
from bot.ports import Inbound
from storage import event_log
from storage.identifiers import new_id
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.channels.telegram.desk_shop import ALI, DESK, FLOWS, SARA, talk
from tests.channels.telegram.served import Shop

LEILA = 203


@pytest.fixture
async def shop(tmp_path: Path, server: BotApiServer, stack: AsyncExitStack) -> Shop:
    server.forum(DESK)
    shop = Shop(tmp_path, server, FLOWS, desk_chats=[DESK])
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    await shop.agents.add("Leila", telegram_id=LEILA, queues=[], role="supervisor")
    return shop


@pytest.fixture
def ali(server: BotApiServer, shop: Shop) -> Person:
    return server.member(server.world.chats[DESK], ALI, "Ali")


@pytest.fixture
def leila(server: BotApiServer, shop: Shop) -> Person:
    return server.member(server.world.chats[DESK], LEILA, "Leila")


@pytest.fixture
def sara(server: BotApiServer, shop: Shop) -> Person:
    return server.customer(SARA, "Sara")


async def visitor_says(shop: Shop, *words: str) -> str:
    """A visitor of the web chat says this. Gives the conversation."""
    conversation = ""
    for word in words:
        command = word.startswith("/")
        heard: AnyHeard = CommandHeard(name=word[1:]) if command else TextHeard(text=word, message_id=new_id())
        inbound = Inbound(channel="webchat", external_id=new_id(), address="v", heard=heard)
        conversation = (await shop.turns.take(inbound)).conversation or ""
    return conversation


async def shown(shop: Shop, conversation: str) -> list[BotSaid]:
    """What the web chat's page shows of the bot."""
    entries = await shop.database.read(lambda connection: event_log.read_conversation(connection, conversation))
    return [event for event in (from_json(entry.body) for entry in entries) if isinstance(event, BotSaid)]


async def test_an_agent_sees_and_tags_a_customer(shop: Shop, sara: Person, ali: Person) -> None:
    general, ali = ali, await talk(sara, ali)
    await ali.command("/tag wholesale")
    await ali.wait_for("Tags: wholesale", where=lambda seen: not seen.buttons)
    await ali.wait_for("🏷 Tags: wholesale", button="Release", ever=True)
    await ali.command("/customer")
    card = await ali.wait_for("Known since")
    for fact in ("👤 Sara", "Writes from: Telegram", "Language: English", "Tags: wholesale"):
        assert fact in card.text
    await general.command("/customer 1")
    await general.wait_for("👤 Sara")
    await general.command("/tag 1 regular")
    await general.wait_for("Tags: wholesale · regular")
    await general.command("/customer 7")
    await general.wait_for("no customer with the number 7")
    await ali.command("/untag Regular")
    await ali.wait_for("Tags: wholesale", where=lambda seen: not seen.buttons)
    await ali.command("/untag Wholesale")
    await ali.wait_for("No tags.")
    await ali.command("/tag")
    await ali.wait_for("Write the tag after the command")
    await ali.command("/link")
    await ali.wait_for("writes from Telegram already")
    await ali.command("/join 1")
    await ali.wait_for("Only supervisors can do this.")


async def test_a_visitor_goes_on_in_telegram_and_is_known_there(shop: Shop, sara: Person, ali: Person) -> None:
    conversation = await visitor_says(shop, "/start", "Talk to a person")
    ali = await ali.wait_for_topic("Web visitor")
    await ali.command("/link")
    await ali.wait_for("The customer has a link to Telegram now.")
    url = (await shown(shop, conversation))[-1].content.text.spans[0].url
    assert url is not None
    assert url.startswith(f"https://t.me/{shop.account.name()}?start=same_")
    await sara.start(url.partition("start=")[2])
    await sara.wait_for("also wrote to us in the web chat", ever=True)
    await sara.wait_for("What can we do?", button="Talk to a person")
    await ali.wait_for("turned out to be the same person")
    await ali.wait_until(lambda screen: "Sara" in ali.topic.name)
    await ali.command("/customer")
    card = await ali.wait_for("👤 Sara")
    assert "Writes from: web chat · Telegram" in card.text
    assert "Earlier conversations (1):" in card.text
    assert "in Telegram now" in (await shown(shop, conversation))[-1].content.text.text


async def test_a_supervisor_says_who_is_the_same(shop: Shop, sara: Person, ali: Person, leila: Person) -> None:
    await visitor_says(shop, "/start")
    ali = await talk(sara, ali)
    leila = leila.in_topic(ali.topic)
    for number, told in (("nine", "Write the number"), ("99", "no conversation with this number"), ("1", "Joined:")):
        await leila.command(f"/join {number}")
        await leila.wait_for(told)
    await leila.wait_for("turned out to be the same person", ever=True)
    await leila.command("/join 1")
    await leila.wait_for("one customer already")
