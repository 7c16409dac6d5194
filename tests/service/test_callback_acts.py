"""Callbacks at the desk: in their turn, called by one agent, tried again in opening hours, and not for ever."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.content import Content, RichText
from bot.events import CallbackClosed, CallbackTried
from bot.ports import AnyOutgoing, DeskCallback
from bot.service.departments.callback_acts import Outcome
from bot.service.departments.callbacks import CallbackCard, in_turn, unfinished
from storage import callbacks
from tests.service.shop import START, TestClock
from tests.service.test_ticket_acts import House

FLOWS = """
settings: {languages: [en, fa], queue: support}
slots: {name: {type: text}}
flows:
  main:
    start: true
    description: the shop
    steps:
      - id: top
        menu: How can we help?
        options:
          - {label: Call me, then: [{call: calling, next: top}]}
          - {label: Your name, then: [{call: naming, next: top}]}
          - {label: A person, then: person}
          - {label: Bye, then: END}
      - {id: person, handoff: support, priority: 2, note: A broken cup, next: END}
  calling:
    description: callbacks
    if: false
    steps:
      - {callback: support, when: ask}
  naming:
    description: names
    if: false
    steps:
      - {collect: name, ask: What is your name?}
      - say: "Hello {name}."
"""
DESK = """
queues:
  support: {default: true, calendar: office, callbacks: {tries: 2, again_after: 30m}}
calendars:
  office: {time_zone: UTC, weekly: {mon: ["09:00-17:00"], tue: ["09:00-17:00"]}}
"""
MONDAY = datetime(2027, 3, 22, 16, 0, tzinfo=UTC)
PHONE = "+989121234567"


class StandingClock(TestClock):
    """It is four on a Monday afternoon, and as much later as the test wants."""

    def now(self) -> datetime:
        return MONDAY + self.ahead


class Desk(House):
    """A shop that calls back."""

    async def begin(self) -> None:
        await self.publish(FLOWS)
        self.ali, self.reza = await self.add_agent("Ali"), await self.add_agent("Reza")

    async def asks(self, when: str, address: str = "1") -> str:
        """The customer leaves a number. Gives the callback's id."""
        known = {one.id for one in await self.waiting()}
        await self.hears(address, START)
        await self.hears(address, "Call me")
        await self.hears(address, PHONE)
        await self.hears(address, when)
        callback = next(one.id for one in await self.waiting() if one.id not in known)
        await self.shown(callback, 1)
        return callback

    async def waiting(self) -> list[CallbackCard]:
        return await unfinished(self.database, None, self.clock.now(), 10)

    async def stands(self, callback: str) -> callbacks.Callback:  # type: ignore[override]
        found = await self.database.read(lambda connection: callbacks.get(connection, callback))
        assert found is not None
        return found

    async def ends(self, callback: str, outcome: Outcome) -> datetime | None:
        """Ali calls, and this comes of it. Gives when it is tried again."""
        answer = await self.callbacks.end(callback, self.ali, f"{outcome} {self.clock.now()}", outcome)
        assert answer.done
        return answer.again_at

    async def shown(self, callback: str, count: int) -> list[DeskCallback]:
        """How agents have seen it, once they have seen so much."""

        def found() -> list[AnyOutgoing]:
            return self.desk_side.to(f"callback:{callback}")

        async with asyncio.timeout(20):
            while len(found()) < count:
                await self.desk_side.wait_for(len(self.desk_side.sent) + 1)
        return [one for one in found() if isinstance(one, DeskCallback)]


@pytest.fixture
async def shop(sqlite_url: str) -> Desk:
    shop = Desk(sqlite_url, desk_source=DESK, clock=StandingClock())
    await shop.begin()
    return shop


async def test_who_left_the_queue_keeps_the_place(shop: Desk) -> None:
    await shop.hears("1", START)
    await shop.hears("1", "A person")
    shop.test_clock.pass_by(600)
    soon = await shop.asks("As soon as possible", "2")
    shop.test_clock.pass_by(60)
    await shop.hears("1", "cancel")
    await shop.hears("1", "Call me back")
    await shop.hears("1", PHONE)
    first, second = await shop.callbacks.due(10)
    assert (first.place_at, first.requested_at) == (MONDAY, MONDAY + timedelta(minutes=11))
    assert second.id == soon
    (card,) = await shop.shown(first.id, 1)
    assert (card.state, card.phone, card.about) == ("open", PHONE, "A broken cup")
    assert card.place_at == MONDAY.isoformat()
    await shop.close(1)


def test_priority_counts_among_those_whose_time_has_come() -> None:
    def of(name: str, priority: int = 0, due_at: datetime | None = None) -> callbacks.Callback:
        return callbacks.Callback(
            id=name, conversation_id="c", customer_id="c", queue="q", phone="", requested_at=MONDAY, due_at=due_at,
            priority=priority, state="open", agent_id=None, taken_at=None, closed_at=None, outcome=None, tries=0,
            desk_chat=None, desk_message=None,
        )  # fmt: skip

    later = MONDAY + timedelta(hours=1)
    found = [of("a"), of("b", 2, MONDAY), of("c", 9, later), of("d", 2)]
    assert [one.id for one in in_turn(found, MONDAY)] == ["b", "d", "a", "c"]


async def test_one_agent_calls_and_says_what_came_of_it(shop: Desk) -> None:
    callback = await shop.asks("As soon as possible")
    assert (await shop.callbacks.take(callback, shop.ali, "t1")).done
    late = await shop.callbacks.take(callback, shop.reza, "t2")
    assert (late.why, late.agent_name) == ("theirs", "Ali")
    assert (await shop.callbacks.end(callback, shop.reza, "e1", "reached")).why == "theirs"
    assert (await shop.callbacks.give_back(callback, shop.ali, "g1")).done
    assert (await shop.callbacks.give_back(callback, shop.ali, "g2")).why == "free"
    assert (await shop.callbacks.end(callback, shop.reza, "e2", "reached")).done
    stands = await shop.stands(callback)
    assert (stands.state, stands.agent_id, stands.outcome, stands.tries) == ("done", shop.reza, "reached", 1)
    assert (await shop.callbacks.take(callback, shop.ali, "t3")).why == "over"
    shown = await shop.shown(callback, 4)
    assert [card.state for card in shown] == ["open", "taken", "open", "done"]
    assert [card.card is not None for card in shown] == [False, True, True, True], "one card follows it all"
    kinds = await shop.kinds(stands.conversation_id)
    assert kinds[-4:] == ["CallbackTaken", "CallbackReleased", "CallbackTried", "CallbackClosed"]
    await shop.close(1)


async def test_who_is_not_reached_is_called_again_when_somebody_is_there(shop: Desk) -> None:
    callback = await shop.asks("As soon as possible")
    shop.test_clock.pass_by(timedelta(minutes=40).total_seconds())
    assert await shop.ends(callback, "no_answer") == datetime(2027, 3, 23, 9, 0, tzinfo=UTC), "the next opening"
    stands = await shop.stands(callback)
    assert (stands.state, stands.agent_id, stands.tries) == ("open", None, 1)
    await shop.shown(callback, 2)
    assert await shop.callbacks.due(10) == []
    shop.test_clock.pass_by(timedelta(hours=17).total_seconds())
    await shop.wakeups.wake_due()
    *_, card = await shop.shown(callback, 3)
    assert (card.again, card.outcome, card.tries, card.most_tries) == (True, "no_answer", 1, 2)
    assert [one.id for one in await shop.callbacks.due(10)] == [callback]
    await shop.close(1)


async def test_after_the_last_try_the_customer_is_told_and_may_ask_again(shop: Desk) -> None:
    callback = await shop.asks("As soon as possible")
    await shop.hears("1", "Your name")
    await shop.ends(callback, "busy")
    assert await shop.ends(callback, "no_answer") is None
    await shop.said(f"We called {PHONE} and couldn't reach you.")
    await shop.tap("1", "Call me back")
    await shop.hears("1", PHONE)
    await shop.said("we'll call")
    await shop.hears("1", "Sara")
    await shop.said("Hello Sara.")
    stands = await shop.stands(callback)
    assert (stands.state, stands.tries) == ("failed", 2)
    events = await shop.events(stands.conversation_id)
    assert [event.outcome for event in events if isinstance(event, CallbackTried)] == ["busy", "no_answer"]
    assert [event.failed for event in events if isinstance(event, CallbackClosed)] == [True]
    (again,) = await shop.waiting()
    assert (again.phone, again.tries) == (PHONE, 0)
    await shop.close(1)


async def test_a_wrong_number_is_not_called_again(shop: Desk) -> None:
    callback = await shop.asks("As soon as possible")
    await shop.hears("1", "Bye")
    assert await shop.ends(callback, "wrong_number") is None
    await shop.said("it seems to be the wrong number")
    await shop.tap("1", "Call me back")
    await shop.hears("1", "+989127654321")
    (again,) = await shop.waiting()
    assert again.phone == "+989127654321"
    await shop.close(1)


async def test_what_is_for_later_comes_up_once_at_its_time(shop: Desk) -> None:
    callback = await shop.asks("tomorrow 10:00")
    assert await shop.callbacks.due(10) == []
    shop.test_clock.pass_by(timedelta(hours=18, minutes=1).total_seconds())
    await shop.wakeups.wake_due()
    await shop.wakeups.wake_due()
    assert [card.again for card in await shop.shown(callback, 2)] == [False, True]
    await shop.close(1)


async def test_what_an_agent_has_forgotten_is_shown_to_all_again(shop: Desk) -> None:
    callback = await shop.asks("As soon as possible")
    await shop.callbacks.take(callback, shop.ali, "t1")
    await shop.shown(callback, 2)
    shop.test_clock.pass_by(timedelta(minutes=31).total_seconds())
    await shop.wakeups.wake_due()
    *_, card = await shop.shown(callback, 3)
    assert (card.state, card.agent_name, card.again) == ("open", None, True)
    assert (await shop.callbacks.end(callback, shop.ali, "e1", "reached")).done, "a long call is no mistake"
    assert "CallbackReleased" in await shop.kinds((await shop.stands(callback)).conversation_id)
    await shop.close(1)


async def test_what_is_left_at_night_comes_up_in_the_morning(shop: Desk) -> None:
    shop.test_clock.pass_by(timedelta(hours=3).total_seconds())
    callback = await shop.asks("As soon as possible")
    shop.test_clock.pass_by(timedelta(hours=14, minutes=1).total_seconds())
    await shop.wakeups.wake_due()
    assert [card.again for card in await shop.shown(callback, 2)] == [False, True]
    await shop.close(1)


@pytest.mark.parametrize(("when", "state"), [("As soon as possible", "done"), ("tomorrow 10:00", "open")])
async def test_who_comes_back_and_is_answered_need_not_be_called_unless_they_named_a_time(
    shop: Desk, when: str, state: str
) -> None:
    callback = await shop.asks(when)
    shop.test_clock.pass_by(60)
    await shop.hears("1", "A person")
    handoff = f"{callback.partition('.')[0]}.h1"
    answer = await shop.handoffs.reply(handoff, shop.ali, "r1", Content(text=RichText(text="Hello")), "m1")
    assert answer.done
    await shop.handoffs.close(handoff, shop.ali, "c1")
    stands = await shop.stands(callback)
    assert stands.state == state
    if state == "done":
        assert (stands.agent_id, stands.outcome) == (shop.ali, "reached")
        assert [card.state for card in await shop.shown(callback, 2)] == ["open", "done"]
        assert "CallbackClosed" in await shop.kinds(stands.conversation_id)
    await shop.close(1)


async def test_who_asks_again_is_called_once_and_keeps_the_place(shop: Desk) -> None:
    first = await shop.asks("As soon as possible")
    shop.test_clock.pass_by(60)
    second = await shop.asks("As soon as possible")
    assert [one.id for one in await shop.callbacks.due(10)] == [second]
    assert (await shop.stands(second)).place_at == MONDAY
    stands = await shop.stands(first)
    assert (stands.state, stands.outcome, stands.tries) == ("done", "replaced", 0)
    assert [card.state for card in await shop.shown(first, 2)] == ["open", "done"]
    await shop.callbacks.take(second, shop.ali, "t1")
    third = await shop.asks("As soon as possible")
    assert {one.id for one in await shop.callbacks.due(10)} == {second, third}, "an agent has one in hand"
    await shop.close(1)
