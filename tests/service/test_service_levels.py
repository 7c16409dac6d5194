"""What customers were promised is watched: warned of, told to the supervisors, and never counted over night."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.content import Content, RichText
from bot.engine.inputs import CommandHeard, CustomerBlocked
from bot.events import HandoffReleased, ServiceLevelMissed
from bot.ports import Alert, DeskAlerts, DeskLine, DeskPrompt, Say
from bot.service.desk.alerts import up_to_date
from bot.service.parcels import outgoing_from_json
from storage import agents, desk_timers, handoffs
from storage.database import Connection
from tests.service.shop import START, Shop, TestClock

SUPERVISORS = -500
MONDAY_NOON = datetime(2026, 7, 6, 12, tzinfo=UTC)
DESK = """
queues:
  support:
    default: true
    calendar: office
    service_level: {within: 60s, next: 2m, warn_at: 0.5}
    release_unanswered: 10m
calendars:
  office: {time_zone: UTC, weekly: {mon: ["09:00-17:00"], tue: ["09:00-17:00"]}}
"""


class SetClock(TestClock):
    """Tells what it was told."""

    def __init__(self, moment: datetime) -> None:
        super().__init__()
        self._moment = moment

    def now(self) -> datetime:
        return self._moment + self.ahead


async def opened(url: str, at: datetime = MONDAY_NOON, *, process: str = "one", clock: TestClock | None = None) -> Shop:
    """A shop that has promised something, with a supervisors' chat."""
    shop = Shop(url, desk_source=DESK, process=process, clock=clock or SetClock(at))
    shop.installation.supervisors = SUPERVISORS
    await shop.publish()
    return shop


async def after(shop: Shop, seconds: float) -> None:
    """So much time passes, and what is due then is done."""
    shop.test_clock.pass_by(seconds)
    await shop.wakeups.wake_due()


async def ask(shop: Shop, address: str = "1") -> str:
    await shop.hears(address, START)
    return f"{(await shop.hears(address, '3')).conversation}.h1"


async def answer(shop: Shop, handoff: str, agent: str, number: str) -> None:
    content = Content(text=RichText(text="One moment"))
    assert (await shop.handoffs.reply(handoff, agent, number, content, f"m{number}")).done


async def missed(shop: Shop, handoff: str) -> list[tuple[str, str]]:
    events = await shop.events(handoff.partition(".")[0])
    return [
        (event.answer, "warned" if event.warning else "missed")
        for event in events
        if isinstance(event, ServiceLevelMissed)
    ]


async def notices(shop: Shop, handoff: str) -> list[tuple[str | None, str]]:
    """What agents were told about this customer: who was called, and the words."""
    lines = [one for where, one in await booked(shop) if where == f"desk:{handoff}" and isinstance(one, DeskLine)]
    return [(line.called.name if line.called else None, line.content.text.text) for line in lines if not line.author]


async def alerts(shop: Shop) -> list[tuple[Alert, ...]]:
    """The supervisors' messages as they stand now."""
    shown = {one.batch: one for where, one in await booked(shop) if isinstance(one, DeskAlerts)}
    return await shop.database.read(
        lambda connection: [up_to_date(connection, one, "en").alerts for one in shown.values()]
    )


async def booked(shop: Shop) -> list[tuple[str, object]]:
    def read(connection: Connection) -> list[tuple[str, object]]:
        rows = connection.execute(text("SELECT address, body FROM outbox ORDER BY id"))
        return [(address, outgoing_from_json(body)) for address, body in rows]

    return await shop.database.read(read)


async def running(shop: Shop, handoff: str) -> set[str]:
    return await shop.database.read(lambda connection: desk_timers.running(connection, handoff))


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    """The desk at noon on a Monday."""
    shop = await opened(sqlite_url)
    yield shop
    await shop.close(1)


async def test_a_first_answer_that_is_late_is_warned_of_then_told_to_the_supervisors(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask(shop)
    await after(shop, 29)
    assert await missed(shop, handoff) == []
    await after(shop, 1)
    assert await missed(shop, handoff) == [("first", "warned")]
    assert await alerts(shop) == []
    await after(shop, 30)
    assert await missed(shop, handoff) == [("first", "warned"), ("first", "missed")]
    assert await notices(shop, handoff) == [
        (None, "The customer still waits for a first answer, promised within 1 minute."),
    ]
    [[alert]] = await alerts(shop)
    assert (alert.what, alert.customer, alert.agent_name, alert.outcome) == ("first_answer", "Customer 1", None, None)
    await answer(shop, handoff, sara, "a1")
    [[alert]] = await alerts(shop)
    assert alert.outcome == "taken"
    assert await running(shop, handoff) == set()


async def test_an_answer_in_time_is_not_spoken_of(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask(shop)
    await answer(shop, handoff, sara, "a1")
    await after(shop, 3600)
    assert (await missed(shop, handoff), await notices(shop, handoff)) == ([], [])


async def test_later_answers_are_watched_from_the_customers_first_word_on(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask(shop)
    await answer(shop, handoff, sara, "a1")
    await shop.hears("1", "And the price?")
    await after(shop, 50)
    await shop.hears("1", "Hello?")  # which does not begin it anew
    await after(shop, 10)
    assert await missed(shop, handoff) == [("next", "warned")]
    await answer(shop, handoff, sara, "a2")
    await after(shop, 60)
    assert await missed(shop, handoff) == [("next", "warned")]
    await shop.hears("1", "Thank you. And when?")
    await after(shop, 60)
    await after(shop, 60)
    assert (await missed(shop, handoff))[1:] == [("next", "warned"), ("next", "missed")]
    assert (await notices(shop, handoff))[-1] == (
        "Sara",
        "Late: the customer wrote and got no answer within 2 minutes. The supervisors know.",
    )
    [[alert]] = await alerts(shop)
    assert (alert.what, alert.agent_name) == ("next_answer", "Sara")


async def test_a_night_is_no_delay(sqlite_url: str) -> None:
    shop = await opened(sqlite_url, datetime(2026, 7, 6, 16, 59, 30, tzinfo=UTC))  # the desk closes at five
    await shop.add_agent("Sara")
    handoff = await ask(shop)
    await after(shop, 30)
    assert await missed(shop, handoff) == [("first", "warned")]
    await after(shop, 16 * 3600 + 29)
    assert await missed(shop, handoff) == [("first", "warned")]
    await after(shop, 1)
    assert (await missed(shop, handoff))[1:] == [("first", "missed")]
    await shop.close(1)


async def test_who_took_a_customer_and_does_not_write_loses_them_and_is_away(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    others = [await ask(shop, "0"), await ask(shop, "1")]
    handoff = others[0]
    await shop.handoffs.take(handoff, sara, "a1")
    await after(shop, 300)
    assert (await notices(shop, handoff))[-1] == (
        "Sara",
        "You took this customer and have not written yet. In 5 minutes they go back to the queue.",
    )
    await after(shop, 300)
    released = next(
        event for event in await shop.events(handoff.partition(".")[0]) if isinstance(event, HandoffReleased)
    )
    assert (released.agent, released.why) == (sara, "away")
    kept, agent = await shop.database.read(
        lambda connection: (handoffs.get(connection, handoff), agents.get(connection, sara))
    )
    assert kept is not None
    assert agent is not None
    assert (kept.state, kept.agent_id) == ("released", None)
    assert (agent.presence, agent.presence_reason) == ("away", "no answer")
    assert await shop.database.read(lambda connection: handoffs.position(connection, handoff)) == 1
    assert [alert.what for batch in await alerts(shop) for alert in batch if alert.handoff == handoff] == [
        "first_answer",
        "released",
    ]
    told = [one.content.text.text for where, one in await booked(shop) if where == "0" and isinstance(one, Say)]
    assert "Sara" in told[-2]


async def test_who_is_on_a_break_loses_the_customer_and_stays_on_the_break(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask(shop)
    await shop.handoffs.take(handoff, sara, "a1")
    await shop.agents.be(sara, "break", "lunch")
    await after(shop, 600)
    agent = await shop.database.read(lambda connection: agents.get(connection, sara))
    assert agent is not None
    assert (agent.presence, agent.presence_reason, agent.load) == ("break", "lunch", 0)


async def test_who_has_answered_once_is_reminded_and_keeps_the_customer(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask(shop)
    await answer(shop, handoff, sara, "a1")
    await shop.hears("1", "Are you there?")
    await after(shop, 600)
    kept = await shop.database.read(lambda connection: handoffs.get(connection, handoff))
    assert kept is not None
    assert (kept.state, kept.agent_id) == ("taken", sara)
    assert [alert.what for batch in await alerts(shop) for alert in batch] == ["next_answer", "unanswered"]


async def test_who_works_privately_learns_there_that_they_count_as_away(shop: Shop) -> None:
    sara = (await shop.agents.add("Sara", telegram_id=77, queues=["support"], works_privately=True)).id
    await shop.handoffs.take(await ask(shop), sara, "a1")
    await after(shop, 600)
    prompts = [one.says for where, one in await booked(shop) if where == "private:77" and isinstance(one, DeskPrompt)]
    assert prompts[-1] == "no_answer"


async def test_without_supervisors_the_agents_know_that_nobody_else_does(shop: Shop) -> None:
    shop.installation.supervisors = None
    await shop.add_agent("Sara")
    handoff = await ask(shop)
    await after(shop, 60)
    assert (await notices(shop, handoff))[-1][1].endswith("no supervisors' chat is set.")
    assert await alerts(shop) == []


async def test_alerts_of_one_minute_stand_in_one_message(shop: Shop) -> None:
    await shop.add_agent("Sara")
    for number in range(10):
        await ask(shop, str(number))
    await after(shop, 60)
    assert [len(batch) for batch in await alerts(shop)] == [8, 2]
    assert len([one for _, one in await booked(shop) if isinstance(one, DeskAlerts)]) == 2
    await ask(shop, "late")
    await after(shop, 60)
    assert [len(batch) for batch in await alerts(shop)] == [8, 2, 1]


async def test_a_customer_who_left_is_waited_for_no_more(shop: Shop) -> None:
    await shop.add_agent("Sara")
    handoff = await ask(shop)
    await after(shop, 60)
    await shop.hears("1", CommandHeard(name="start"))
    await shop.hears("1", CustomerBlocked())
    assert await running(shop, handoff) == set()
    [[alert]] = await alerts(shop)
    assert alert.outcome == "left"


async def test_timers_outlive_a_process_and_ring_once_among_several(postgres_database: str) -> None:
    first = await opened(postgres_database, process="first")
    await first.add_agent("Sara")
    handoff = await ask(first)
    await first.abandon()
    clock = first.test_clock
    houses = [await opened(postgres_database, process=name, clock=clock) for name in ("second", "third")]
    clock.pass_by(60)
    await asyncio.gather(*(house.wakeups.wake_due() for house in houses))
    assert await missed(houses[0], handoff) == [("first", "missed")]  # it is too late to warn
    assert [len(batch) for batch in await alerts(houses[0])] == [1]
    for house in houses:
        await house.close(1)
