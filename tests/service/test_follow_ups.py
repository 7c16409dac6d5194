"""Follow-ups in the house: begun once, in calling hours, never into a conversation, never to who wants none."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import func, select

from bot.engine.inputs import CommandHeard, CustomerBlocked, CustomerReturned
from bot.events import ConversationOpened
from storage import conversations, follow_ups
from storage.database import Connection
from storage.tables import ConversationRow, FollowUpRow
from tests.service.shop import DESK, START, Shop, TestClock

FLOWS = """
settings: {calling_hours: calls}
slots: {order: {type: text}, paid: {type: bool}}
flows:
  main:
    start: true
    description: buy
    steps:
      - id: top
        menu: Well?
        options:
          - {label: Buy, then: [{call: buy, next: top}]}
          - {label: Pay, then: [{call: pay, next: top}]}
          - {label: Bye, then: END}
  buy:
    description: buy
    steps: [{collect: order, ask: Which?}, {follow_up: did_it_come, in: 1h, if: not slots.paid}]
  pay:
    description: pay
    persisted_slots: [paid]
    steps: [{set_slots: [{paid: true}]}]
  did_it_come:
    description: asks
    if: false
    steps: [{menu: "Did {order} come?", options: [{label: "Yes"}, {label: "No"}]}]
"""
CALLS = """
  calls: {time_zone: UTC, weekly: {mon: ["09:00-17:00"], tue: ["09:00-17:00"], sun: []}}
"""
HOUR = 3600.0


class StoppedClock(TestClock):
    """Stands at Monday, 10:00, and as much later as the test wants."""

    def now(self) -> datetime:
        return datetime(2026, 3, 23, 10, tzinfo=UTC) + self.ahead


def house(url: str, process: str = "one", clock: TestClock | None = None) -> Shop:
    return Shop(url, process=process, clock=clock or StoppedClock(), desk_source=DESK + CALLS)


async def buying(url: str, *said: str) -> Shop:
    """A customer who has ordered, and then said these words."""
    shop = house(url)
    await shop.publish(FLOWS)
    await shop.hears("1", START)
    for word in ("Buy", "A7", *said):
        await shop.hears("1", word)
    return shop


async def fates(shop: Shop) -> list[tuple[str, str | None]]:
    def read(connection: Connection) -> list[tuple[str, str | None]]:
        statement = select(FollowUpRow.state, FollowUpRow.dropped_because).order_by(FollowUpRow.id)
        return [(row.state, row.dropped_because) for row in connection.execute(statement)]

    return await shop.database.read(read)


async def opened(shop: Shop) -> conversations.Stored:
    newest = await shop.database.read(lambda connection: conversations.latest(connection, "telegram", "1"))
    assert newest is not None
    return newest


async def passes(shop: Shop, seconds: float) -> None:
    shop.test_clock.pass_by(seconds)
    await shop.follow_ups.begin_due()


async def test_it_begins_when_its_time_has_come_with_what_was_known(sqlite_url: str) -> None:
    shop = await buying(sqlite_url, "Bye")
    await passes(shop, HOUR - 1)
    assert await fates(shop) == [("waiting", None)]
    await passes(shop, 1)
    assert await fates(shop) == [("begun", None)]
    await shop.customers.wait_for(5)
    await passes(shop, HOUR)
    said = shop.customers.texts("1")
    assert said[-2:] == ["A message from us. To get no more of these, send /stop.", "Did A7 come?"]
    conversation = await opened(shop)
    first = (await shop.events(conversation.id))[0]
    assert isinstance(first, ConversationOpened)
    assert (first.entry, first.flow, first.previous is not None) == ("follow_up", "did_it_come", True)
    await shop.close(1)


async def test_of_many_processes_one_begins_it(postgres_database: str) -> None:
    first = await buying(postgres_database, "Bye")
    second = house(postgres_database, "two", first.test_clock)
    await second.publish(FLOWS)
    first.test_clock.pass_by(HOUR)
    await asyncio.gather(*(shop.follow_ups.begin_due() for shop in (first, second, first, second)))
    begun = select(func.count()).where(ConversationRow.entry == "follow_up")
    assert await first.database.read(lambda connection: connection.execute(begun).scalar_one()) == 1
    await asyncio.gather(first.close(1), second.close(1))


async def test_it_survives_the_process_that_booked_it(sqlite_url: str) -> None:
    before = await buying(sqlite_url, "Bye")
    await before.abandon()
    after = house(sqlite_url, "two", before.test_clock)
    await after.publish(FLOWS)
    await passes(after, HOUR)
    assert await fates(after) == [("begun", None)]
    await after.close(1)


async def test_it_waits_for_calling_hours(sqlite_url: str) -> None:
    shop = await buying(sqlite_url, "Bye")
    await passes(shop, 8 * HOUR)
    assert await fates(shop) == [("waiting", None)], "it is 18:00"
    await passes(shop, 15 * HOUR - 1)
    assert await fates(shop) == [("waiting", None)]
    await passes(shop, 1)
    assert await fates(shop) == [("begun", None)], "Tuesday, 9:00"
    await shop.close(1)


async def test_it_waits_until_a_conversation_is_over(sqlite_url: str) -> None:
    shop = await buying(sqlite_url)
    shop.test_clock.pass_by(HOUR)
    await shop.hears("1", "Buy")
    await passes(shop, 60)
    talking = await opened(shop)
    assert (await fates(shop))[0] == ("waiting", None)
    await shop.hears("1", "menu")
    await passes(shop, 5 * 60)
    assert (await opened(shop)).id == talking.id, "they have only just spoken"
    await passes(shop, 10 * 60)
    asked = await opened(shop)
    assert (await fates(shop))[0] == ("begun", None), "they were quiet at the menu"
    assert asked.id != talking.id
    await shop.close(1)


async def test_of_two_at_once_one_waits_for_the_other(sqlite_url: str) -> None:
    shop = await buying(sqlite_url)

    def book_another(connection: Connection) -> None:
        (waiting,) = follow_ups.due(connection, shop.clock.now() + timedelta(days=1), 9)
        follow_ups.book(connection, msgspec.structs.replace(waiting, id="other", flow="buy"))

    await shop.database.run(book_another)
    quiet = await opened(shop)
    await passes(shop, HOUR)
    assert sorted(await fates(shop)) == [("begun", None), ("waiting", None)]
    assert (await shop.kinds(quiet.id))[-1] == "ConversationClosed"
    assert (await shop.kinds((await opened(shop)).id))[:2] == ["ConversationOpened", "BotSaid"]
    await shop.close(1)


@pytest.mark.parametrize(
    ("heard", "because"),
    [
        (["Pay"], "unwanted"),
        ([CommandHeard(name="stop")], "opted_out"),
        ([CustomerBlocked(), CustomerReturned()], "blocked"),
        ([CommandHeard(name="forget"), "yes"], "forgotten"),
    ],
)
async def test_it_is_dropped_for_a_reason(sqlite_url: str, heard: list[CommandHeard | str], because: str) -> None:
    shop = await buying(sqlite_url)
    for word in heard:
        await shop.hears("1", word)
    await passes(shop, HOUR)
    assert await fates(shop) == [("dropped", because)]
    await shop.close(1)


async def test_who_changed_their_mind_is_followed_up(sqlite_url: str) -> None:
    shop = await buying(sqlite_url, "stop")
    await shop.hears("1", CommandHeard(name="subscribe"))
    await passes(shop, HOUR)
    assert await fates(shop) == [("begun", None)]
    await shop.close(1)


async def test_a_flow_that_is_gone_begins_nothing(sqlite_url: str) -> None:
    shop = await buying(sqlite_url, "Bye")
    await shop.publish(FLOWS.replace("did_it_come", "other"))
    await passes(shop, HOUR)
    assert await fates(shop) == [("dropped", "gone")]
    assert (await opened(shop)).opened_at <= shop.clock.now() - timedelta(hours=1)
    await shop.close(1)


async def test_without_a_calendar_it_comes_in_the_daytime(sqlite_url: str) -> None:
    shop = house(sqlite_url)
    await shop.publish(FLOWS.replace("calling_hours: calls", "tries: 3"))
    await shop.hears("1", START)
    for word in ("Buy", "A7", "Bye"):
        await shop.hears("1", word)
    await passes(shop, 11 * HOUR)
    assert await fates(shop) == [("waiting", None)], "it is 21:00"
    await passes(shop, 12 * HOUR)
    assert await fates(shop) == [("begun", None)]
    await shop.close(1)
