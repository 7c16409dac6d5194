"""One person on two channels: found out by links, by proven numbers and by agents, and by nothing else."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, text

from bot.content import ContactCard
from bot.engine.inputs import CommandHeard, ContactHeard, TextHeard
from bot.events import BotSaid, ConversationClosed, ConversationOpened, CustomersJoined
from bot.ports import DeskLine, Inbound, Taken
from bot.service.files import Files
from bot.service.privacy import Privacy
from storage import conversations, customers, handoffs, joining, one_use_links
from storage.conversations import Started
from storage.identifiers import new_id
from storage.tables import CustomerRow
from tests.service.shop import FLOWS, START, Shop
from tests.service.test_delivery import settled
from tests.service.test_handoffs import ask_for_a_person

PHONE = "989121234567"


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    """The shop with a web chat, on SQLite."""
    opened = Shop(sqlite_url, pulled=frozenset({"webchat"}))
    opened.installation.telegram_name = lambda: "noora_bot"
    await opened.publish()
    yield opened
    await opened.close(1)


async def visits(shop: Shop, *words: str, address: str = "v") -> Taken:
    """A visitor of the web chat opens the page and says this."""
    taken = Taken()
    for word in ("/start", *words):
        command = word.startswith("/")
        heard = CommandHeard(name=word[1:]) if command else TextHeard(text=word, message_id=new_id())
        inbound = Inbound(channel="webchat", external_id=new_id(), address=address, heard=heard)
        taken = await shop.turns.take(inbound)
    return taken


async def link_of(shop: Shop, conversation: str | None) -> str:
    """The payload of the newest link that the conversation was shown."""
    said = [event for event in await shop.events(conversation or "") if isinstance(event, BotSaid)]
    url = said[-1].content.text.spans[0].url
    assert url is not None
    assert url.startswith("https://t.me/noora_bot?start=same_")
    return url.partition("start=")[2]


async def opens(shop: Shop, payload: str, address: str = "1") -> Taken:
    return await shop.hears(address, CommandHeard(name="start", argument=payload))


async def customer_at(shop: Shop, channel: str, address: str) -> str:
    key = (channel, address)
    return (await shop.database.read(lambda connection: customers.find(connection, [key])))[key].id


async def are_one(shop: Shop, address: str = "1") -> bool:
    return await customer_at(shop, "telegram", address) == await customer_at(shop, "webchat", "v")


async def test_a_link_from_the_web_chat_joins_whoever_opens_it_in_telegram(shop: Shop) -> None:
    page = await visits(shop, "/telegram")
    chat = await opens(shop, await link_of(shop, page.conversation))
    assert await are_one(shop)
    await shop.customers.wait_for(2)
    welcome, menu = shop.customers.texts("1")
    assert "also wrote to us in the web chat" in welcome
    assert menu == "How can we help?"
    for conversation in (page.conversation, chat.conversation):
        events = await shop.events(conversation or "")
        assert [event.by for event in events if isinstance(event, CustomersJoined)] == ["link"]
    last = [event for event in await shop.events(page.conversation or "") if isinstance(event, BotSaid)][-1]
    assert "in Telegram now" in last.content.text.text


async def test_who_comes_from_the_web_chat_goes_on_from_what_was_said_there(shop: Shop) -> None:
    page = await visits(shop, "/telegram")
    chat = await opens(shop, await link_of(shop, page.conversation))
    opened = next(
        event for event in await shop.events(chat.conversation or "") if isinstance(event, ConversationOpened)
    )
    assert (opened.previous, opened.entry) == (page.conversation, "/start"), "nobody reads what the link was"


async def test_a_typed_rating_is_for_the_conversation_that_asked_whatever_was_said_elsewhere(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    page = await visits(shop, "/telegram", "Talk to a person")
    handoff = f"{page.conversation}.h1"
    await shop.handoffs.take(handoff, sara, "a1")
    await shop.handoffs.close(handoff, sara, "a2")
    events = await shop.events(page.conversation or "")
    payload = next(
        span.url.partition("start=")[2]
        for event in events
        if isinstance(event, BotSaid)
        for span in event.content.text.spans
        if span.url
    )
    await opens(shop, payload)
    inbound = Inbound(
        channel="webchat", external_id=new_id(), address="v", heard=TextHeard(text="5", message_id=new_id())
    )
    assert (await shop.turns.take(inbound)).conversation == page.conversation
    assert "SurveyAnswered" in await shop.kinds(page.conversation or "")


async def test_a_link_works_once_and_only_for_a_while(shop: Shop) -> None:
    page = await visits(shop, "/telegram")
    payload = await link_of(shop, page.conversation)
    await opens(shop, payload)
    await opens(shop, payload)
    await opens(shop, payload, "2")
    assert not await are_one(shop, "2")
    page = await visits(shop, "/telegram")
    payload = await link_of(shop, page.conversation)
    shop.test_clock.pass_by(15 * 60)
    await opens(shop, payload, "2")
    assert not await are_one(shop, "2")
    await shop.customers.wait_for(6)
    assert "already know" in shop.customers.texts("1")[-1]
    assert ["used or is too old" in text for text in shop.customers.texts("2")] == [True, False, True]


async def test_open_conversations_go_on_and_the_kept_one_is_whom_we_knew_first(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    known_first = await customer_at(shop, "telegram", "1")
    await shop.handoffs.take(handoff, sara, "a1")
    page = await visits(shop, "/telegram")
    await opens(shop, await link_of(shop, page.conversation))
    assert await customer_at(shop, "webchat", "v") == known_first
    await shop.hears("1", "still here")
    await shop.desk_side.wait_for(5)
    shown = [line.content.text.text for line in shop.desk_side.to(f"desk:{handoff}") if isinstance(line, DeskLine)]
    assert "same person" in shown[0]
    assert shown[1] == "still here"
    again = await visits(shop, "more")
    assert again.conversation == page.conversation


async def test_a_number_that_both_proved_joins_and_one_that_was_typed_never_does(shop: Shop) -> None:
    def contact(own: bool) -> ContactHeard:
        return ContactHeard(contact=ContactCard(phone=PHONE, own=own), message_id=new_id())

    for address in ("1", "2", "3"):
        await shop.hears(address, START)
    await shop.hears("1", contact(own=True))
    await shop.hears("2", contact(own=False))
    await shop.hears("2", f"+{PHONE}")
    ids = [await customer_at(shop, "telegram", address) for address in ("1", "2", "3")]
    assert len(set(ids)) == 3
    await shop.hears("3", contact(own=True))
    ids = [await customer_at(shop, "telegram", address) for address in ("1", "2", "3")]
    assert ids[0] == ids[2] != ids[1]


async def test_whoever_was_joined_has_one_past_and_one_name(shop: Shop) -> None:
    await shop.hears("1", START)
    page = await visits(shop, "/telegram")
    await opens(shop, await link_of(shop, page.conversation))
    await shop.hears("1", CommandHeard(name="cancel"))
    sara = await shop.add_agent("Sara")
    taken = await visits(shop, "Talk to a person")
    handoff = f"{taken.conversation}.h1"
    await shop.handoffs.take(handoff, sara, "a1")
    kept = await shop.database.read(lambda connection: handoffs.get(connection, handoff))
    assert kept is not None
    assert kept.customer_id == await customer_at(shop, "telegram", "1")
    glance = await shop.handoffs.get(handoff)
    assert glance is not None
    assert glance.customer == "Customer 1"
    card = await shop.cards.card(handoff)
    assert card is not None
    assert [reached.channel for reached in card.reached] == ["telegram", "webchat"]
    assert [past.channel for past in card.known.past] == ["telegram"]


async def test_who_asks_in_one_place_to_be_forgotten_is_forgotten_everywhere(shop: Shop, tmp_path: Path) -> None:
    await shop.add_agent("Sara")
    page = await visits(shop, "/telegram")
    await opens(shop, await link_of(shop, page.conversation))
    await visits(shop, "Talk to a person", "my secret plan")
    await shop.hears("1", CommandHeard(name="forget"))
    await shop.hears("1", "yes")
    assert ConversationClosed(reason="forgotten") in await shop.events(page.conversation or "")
    handoff = await shop.database.read(lambda connection: handoffs.get(connection, f"{page.conversation}.h1"))
    assert handoff is not None
    assert handoff.state == "abandoned"
    privacy = Privacy(database=shop.database, files=Files(tmp_path, 10), clock=shop.clock)
    await settled(shop)
    shop.test_clock.pass_by(61)
    assert await privacy.forget_leaving() == 1
    assert "secret plan" not in str((await privacy.export(handoff.customer_id)).rows)


async def test_what_flows_say_to_such_commands_and_links_is_theirs(shop: Shop) -> None:
    triggers = "description: asks for a name\n    triggers: {en: [/telegram]}\n    if: True"
    own = FLOWS.replace("description: asks for a name\n    if: False", triggers).replace("naming", "same_day")
    await shop.publish(own)
    page = await visits(shop, "/telegram")
    assert [type(event).__name__ for event in await shop.events(page.conversation or "")][-1] == "BotSaid"
    assert "Your name?" in await said_in(shop, page)
    chat = await opens(shop, "same_day")
    assert "Your name?" in await said_in(shop, chat)


async def said_in(shop: Shop, taken: Taken) -> list[str]:
    return [
        event.content.text.text for event in await shop.events(taken.conversation or "") if isinstance(event, BotSaid)
    ]


async def test_without_telegram_the_web_chat_offers_none(shop: Shop) -> None:
    shop.installation.telegram_name = lambda: None
    page = await visits(shop, "/telegram")
    said = [event for event in await shop.events(page.conversation or "") if isinstance(event, BotSaid)]
    assert all(not event.content.text.spans for event in said)


# Two processes at once


@pytest.fixture
async def several(postgres_database: str) -> AsyncIterator[tuple[Shop, Shop]]:
    """Two processes of the shop, with a web chat."""
    first, second = (Shop(postgres_database, process=name, pulled=frozenset({"webchat"})) for name in ("one", "two"))
    for shop in (first, second):
        shop.installation.telegram_name = lambda: "noora_bot"
        await shop.publish()
    yield first, second
    for shop in (first, second):
        await shop.close(1)


async def meanwhile(
    shop: Shop, work: Callable[[Connection, Callable[[], None]], None], taken: Awaitable[Taken]
) -> None:
    """The work holds on where it calls what it is given, until the other input waits for it."""
    waits = threading.Event()
    held = asyncio.create_task(shop.database.run(lambda connection: work(connection, lambda: _hold(waits))))
    other = asyncio.ensure_future(taken)
    async with asyncio.timeout(20):
        while not (other.done() or await shop.database.read(_somebody_waits)):
            pass
    waits.set()
    await asyncio.gather(held, other)


def _hold(waits: threading.Event) -> None:
    assert waits.wait(20)


def _somebody_waits(connection: Connection) -> bool:
    return bool(connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one())


async def test_who_is_met_at_that_moment_belongs_to_the_kept_one(several: tuple[Shop, Shop]) -> None:
    first, second = several
    await first.hears("1", START)
    key, now = ("webchat", "v"), first.clock.now()

    def invite(connection: Connection) -> str:
        known = customers.find_or_make(connection, [customers.Caller(channel="webchat", address="v")], now)
        body = {"customer": known[key].id}
        return one_use_links.make(connection, "customer", body, by="v", now=now, expires_at=now + timedelta(minutes=1))

    payload = f"same_{await first.database.run(invite)}"

    def begin(connection: Connection, hold: Callable[[], None]) -> None:
        conversations.claim(connection, [key])
        known = customers.find(connection, [key])[key]
        hold()
        row = Started(
            id=new_id(),
            customer_id=known.id,
            channel="webchat",
            address="v",
            revision="r",
            language="en",
            state="{}",
            opened_at=now,
            heard_at=now,
        )
        conversations.start(connection, [row])

    await meanwhile(first, begin, opens(second, payload))
    assert await are_one(first)
    assert await first.database.read(left_behind) == 0


async def test_two_who_are_joined_to_the_same_at_once_are_all_one(several: tuple[Shop, Shop]) -> None:
    first, second = several
    for address in ("1", "2"):
        await first.hears(address, START)
    payload = await link_of(first, (await visits(first, "/telegram")).conversation)
    one, visitor = await customer_at(first, "telegram", "1"), await customer_at(first, "webchat", "v")

    def join(connection: Connection, hold: Callable[[], None]) -> None:
        joining.claim_addresses(connection, [one, visitor])
        kept, other = joining.lock(connection, [one, visitor])
        joining.join(connection, kept, other)
        hold()

    await meanwhile(first, join, opens(second, payload, "2"))
    assert await are_one(first, "1")
    assert await are_one(first, "2")
    assert await first.database.read(left_behind) == 0


def left_behind(connection: Connection) -> int:
    """How many rows still belong to somebody who was joined to another."""
    gone = select(CustomerRow.id).where(CustomerRow.joined_to.is_not(None))
    counts = (
        select(func.count()).select_from(table).where(table.c.customer_id.in_(gone)) for table in joining.owned_tables()
    )
    return sum(connection.execute(count).scalar_one() for count in counts)
