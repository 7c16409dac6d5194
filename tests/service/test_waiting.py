"""Who waits is told the truth, in time and not too often, and leaves the queue when nobody is there any more."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.content import Content, RichText
from bot.engine.inputs import CommandHeard, CustomerBlocked, TextHeard
from bot.events import HandoffAbandoned, HandoffClosed, HandoffQueued, SurveySent, WaitTold
from bot.ports import DeskLine, Say
from storage import desk_timers, handoffs
from storage.database import Connection
from tests.service.shop import FLOWS, START, Shop, TestClock, tap

DESK = """
queues:
  support:
    default: true
    max_wait: 5h
    tell_place_every: 2m
    silent_after: 10m
  vip: {overflow: support}
"""
PRIORITIES = FLOWS.replace(
    "      - id: person\n",
    "      - {id: urgent, handoff: support, priority: 9, next: END}\n      - id: person\n",
).replace("value: more\n            then: more", "value: more\n            then: urgent")


class StandingClock(TestClock):
    """It goes on only when the test wants."""

    def now(self) -> datetime:
        return datetime(2026, 3, 4, 10, tzinfo=UTC) + self.ahead


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    """One process, one agent."""
    opened = await house(sqlite_url)
    await opened.add_agent("Sara")
    yield opened
    await opened.close(1)


async def house(url: str, clock: TestClock | None = None, **more: object) -> Shop:
    opened = Shop(url, clock=clock, desk_source=DESK, **more)  # type: ignore[arg-type]
    await opened.publish(PRIORITIES)
    return opened


async def ask(shop: Shop, address: str, choice: str = "3") -> str:
    """A customer asks for a person. Gives the hand-off."""
    await shop.hears(address, START)
    taken = await shop.hears(address, choice)
    return f"{taken.conversation}.h1"


async def after(shop: Shop, seconds: float) -> None:
    """So much time passes, and what is due by then is done."""
    shop.test_clock.pass_by(seconds)
    await shop.wakeups.wake_due()


async def told(shop: Shop, handoff: str) -> list[int]:
    """The places that the customer was told."""
    events = await shop.events(handoff.partition(".")[0])
    return [event.position for event in events if isinstance(event, WaitTold)]


async def state(shop: Shop, handoff: str) -> str:
    kept = await shop.database.read(lambda connection: handoffs.get(connection, handoff))
    assert kept is not None
    return kept.state


async def agent(shop: Shop) -> str:
    return (await shop.agents.every())[0].id


def said(text: str) -> Content:
    return Content(text=RichText(text=text))


# The place


async def test_a_place_that_changed_is_told_after_a_while_and_nothing_else(shop: Shop) -> None:
    first, second, third = [await ask(shop, address) for address in "123"]
    assert [await told(shop, each) for each in (first, second, third)] == [[1], [2], [3]]
    await after(shop, 121)
    assert await told(shop, third) == [3], "the same place is no news"
    await shop.handoffs.take(first, await agent(shop), "a1")
    await shop.wakeups.wake_due()
    assert await told(shop, third) == [3], "not at once"
    await shop.hears("2", CommandHeard(name="menu"))
    await shop.hears("2", "Back to the menu")
    await after(shop, 121)
    assert await told(shop, third) == [3, 1], "two went, and one message tells so"
    await shop.customers.says_last("3", "You are next.")
    await after(shop, 300)
    assert await told(shop, first) == [1], "who has an agent has no place"


async def test_somebody_urgent_is_told_of_honestly(shop: Shop) -> None:
    first = await ask(shop, "1")
    await ask(shop, "2", "2")
    await after(shop, 121)
    assert await told(shop, first) == [1, 2]
    await shop.customers.says_last("1", "Somebody else has to go first, sorry. You are number 2 in the queue now.")


async def test_the_place_is_told_once_by_two_processes_and_after_a_restart(sqlite_url: str) -> None:
    clock = TestClock()
    first_run = await house(sqlite_url, clock)
    sara = await first_run.add_agent("Sara")
    first, second = await ask(first_run, "1"), await ask(first_run, "2")
    await first_run.handoffs.take(first, sara, "a1")
    await first_run.close(1)
    shops = [await house(sqlite_url, clock, process=name) for name in ("two", "three")]
    clock.pass_by(121)
    await asyncio.gather(*(shop.wakeups.wake_due() for shop in shops))
    assert await told(shops[0], second) == [2, 1]
    for shop in shops:
        await shop.close(1)


async def test_the_buttons_stay_below_the_newest_message_until_somebody_comes(shop: Shop) -> None:
    first, second = await ask(shop, "1"), await ask(shop, "2")
    await shop.customers.wait_for(4)
    queued = shop.customers.to("2")[-1]
    assert isinstance(queued, Say)
    assert [choice.label for choice in queued.choices] == ["Call me back", "Back to the menu", "Leave the queue"]
    shop.customers.hidden.clear()
    await shop.handoffs.take(first, await agent(shop), "a1")
    await after(shop, 121)
    await shop.customers.hide(2)
    await shop.handoffs.take(second, await agent(shop), "a2")
    await shop.customers.hide(3)
    assert await hidden_before(shop, second) == 2
    taken = await shop.hears("2", tap(queued, "Leave the queue", "m4"))
    assert taken.notice == "stale"
    assert await state(shop, second) == "taken"


async def hidden_before(shop: Shop, handoff: str) -> int:
    """How many messages of this conversation have lost their buttons, but for the first menu's."""

    def read(connection: Connection) -> int:
        conversation = handoff.partition(".")[0]
        rows = connection.exec_driver_sql("SELECT body FROM outbox WHERE conversation_id = ?", (conversation,))
        return sum('"outgoing":"hide_choices"' in str(row[0]) for row in rows) - 1

    return await shop.database.read(read)


# How long


async def test_the_wait_is_told_from_those_of_before_and_never_grows_without_a_word(shop: Shop) -> None:
    await remember(shop, minutes=[4, 5, 6, 7, 8, 9, 10, 11, 12])
    waiting = await ask(shop, "1")
    [entered] = await waits(shop, waiting)
    assert (entered.position, entered.from_minutes, entered.to_minutes) == (1, 5, 15)
    await shop.customers.says_last("1", "You are next.\nThe wait will probably be 5 to 15 minutes.")
    for _ in range(7):
        await shop.hears("1", "hello?")
        await after(shop, 121)
    assert await waits(shop, waiting) == [entered], "within what was told"
    await shop.hears("1", "hello?")
    await after(shop, 121)
    [_, longer] = await waits(shop, waiting)
    assert (longer.position, longer.from_minutes) == (1, None), "nobody has ever waited so long"
    await shop.customers.says_last("1", "It takes longer than we thought, sorry. We haven't forgotten you.")
    for _ in range(4):
        await after(shop, 121)
    assert len(await waits(shop, waiting)) == 2, "it is said once"


async def test_of_few_waits_nothing_is_promised(shop: Shop) -> None:
    await remember(shop, minutes=[5] * 7)
    [entered] = await waits(shop, await ask(shop, "1"))
    assert (entered.from_minutes, entered.to_minutes) == (None, None)


async def remember(shop: Shop, minutes: list[float]) -> None:
    """A week ago customers waited so long each, one after the other."""
    sara = await agent(shop)

    def fill(connection: Connection, begun: datetime, customer: str) -> None:
        for number, length in enumerate(minutes):
            queued_at = begun + timedelta(seconds=number)
            request = handoffs.Request(
                id=f"old{number}.h1",
                conversation_id=f"old{number}",
                customer_id=customer,
                channel="telegram",
                language="en",
                queue="support",
                flow=None,
                step=None,
                reason="step",
                requested_at=queued_at,
            )
            handoffs.request(connection, [request])
            handoffs.enqueue(connection, request.id, queued_at, queue="support")
            handoffs.claim(connection, request.id, sara, queued_at)
            handoffs.replied(connection, request.id, sara, queued_at + timedelta(minutes=length))

    taken = await shop.hears("9", START)
    assert taken.conversation is not None
    begun = shop.clock.now() - timedelta(days=7)

    def with_customer(connection: Connection) -> None:
        customer = connection.exec_driver_sql("SELECT id FROM customers").scalar_one()
        fill(connection, begun, str(customer))
        connection.exec_driver_sql("UPDATE handoffs SET state = 'closed' WHERE id LIKE 'old%'")

    await shop.database.run(with_customer)


async def waits(shop: Shop, handoff: str) -> list[WaitTold]:
    return [event for event in await shop.events(handoff.partition(".")[0]) if isinstance(event, WaitTold)]


# Silence, and other ways to go


async def test_who_is_silent_is_asked_and_then_left_the_queue(shop: Shop) -> None:
    handoff = await ask(shop, "1")
    await after(shop, 599)
    await shop.hears("1", TextHeard(text="hello?", message_id="c1"))
    await after(shop, 300)
    assert await state(shop, handoff) == "queued", "they wrote"
    await after(shop, 301)
    await shop.customers.says_last("1", "Are you still there? We're keeping your place.")
    asked = shop.customers.to("1")[-1]
    await after(shop, 119)
    await shop.hears("1", tap(asked, "Keep waiting", "m3"))
    await after(shop, 500)
    assert await state(shop, handoff) == "queued"
    await after(shop, 101)
    await after(shop, 121)
    events = await shop.events(handoff.partition(".")[0])
    assert [event.reason for event in events if isinstance(event, HandoffAbandoned)] == ["silent"]
    kept = await shop.database.read(lambda connection: handoffs.get(connection, handoff))
    assert kept is not None
    assert (kept.state, kept.closed_at is not None) == ("abandoned", True)
    assert await shop.database.read(lambda connection: desk_timers.running(connection, handoff)) == set()


async def test_who_blocks_the_bot_has_left_the_queue(shop: Shop) -> None:
    handoff = await ask(shop, "1")
    await shop.hears("1", CustomerBlocked())
    events = await shop.events(handoff.partition(".")[0])
    assert [event.reason for event in events if isinstance(event, HandoffAbandoned)] == ["blocked"]
    assert await state(shop, handoff) == "abandoned"
    await after(shop, 3600)
    assert await told(shop, handoff) == [1], "nobody is told anything any more"


async def test_a_long_wait_and_a_long_talk_do_not_expire(shop: Shop) -> None:
    handoff = await ask(shop, "1")
    await shop.handoffs.reply(handoff, await agent(shop), "a1", said("hello"), "d1")
    await after(shop, 5 * 24 * 3600)
    assert await state(shop, handoff) == "taken"
    assert (await shop.handoffs.close(handoff, await agent(shop), "a2")).done


async def test_to_leave_an_agent_who_answered_is_to_be_served(shop: Shop) -> None:
    sara, handoff = await agent(shop), await ask(shop, "1")
    await shop.handoffs.reply(handoff, sara, "a1", said("hello"), "d1")
    await shop.hears("1", CommandHeard(name="cancel"))
    await shop.hears("1", "Leave")
    events = await shop.events(handoff.partition(".")[0])
    closed = next(event for event in events if isinstance(event, HandoffClosed))
    assert (closed.agent, closed.by) == (sara, "customer")
    assert next(event for event in events if isinstance(event, SurveySent)).agent == sara
    assert await state(shop, handoff) == "closed"
    await shop.desk_side.wait_for(6)
    lines = [line.content.text.text for line in shop.desk_side.to(f"desk:{handoff}") if isinstance(line, DeskLine)]
    assert lines == ["/cancel", "Leave", "The customer has ended the conversation."]
    assert not (await shop.handoffs.close(handoff, sara, "a2")).done


async def test_to_leave_an_agent_who_never_answered_is_to_abandon(shop: Shop) -> None:
    handoff = await ask(shop, "1")
    await shop.handoffs.take(handoff, await agent(shop), "a1")
    await shop.hears("1", CommandHeard(name="menu"))
    await shop.hears("1", "Leave")
    assert await state(shop, handoff) == "abandoned"
    kinds = await shop.kinds(handoff.partition(".")[0])
    assert "HandoffClosed" not in kinds


async def test_who_is_given_back_is_told_once_and_has_a_place_again(shop: Shop) -> None:
    handoff = await ask(shop, "1")
    await shop.handoffs.take(handoff, await agent(shop), "a1")
    await shop.customers.wait_for(3)
    await shop.handoffs.release(handoff, await agent(shop), "a2")
    await shop.customers.wait_for(4)
    assert shop.customers.texts("1")[3:] == [
        "Your conversation is back in the queue; someone else will go on with it. Nothing you wrote is lost.\n"
        "You are next."
    ]
    events = await shop.events(handoff.partition(".")[0])
    assert sum(isinstance(event, HandoffQueued) for event in events) == 2
    running = await shop.database.read(lambda connection: desk_timers.running(connection, handoff))
    assert {"place", "silence"} <= running


async def test_why_it_is_closed_and_until_when(sqlite_url: str) -> None:
    source = """
queues: {support: {default: true, calendar: moving}}
calendars:
  moving:
    closed: [{from: 2026-03-03T10:00, to: 2026-03-05T09:00, say: {en: We are moving house., fa: جابه‌جا می‌شویم.}}]
"""
    shop = Shop(sqlite_url, desk_source=source, clock=StandingClock())
    await shop.publish()
    await ask(shop, "1")
    await shop.customers.says_last(
        "1",
        "We are moving house.\nOur team is closed right now and will be back tomorrow at 9:00\u202fAM.",
    )
    await shop.close(1)
