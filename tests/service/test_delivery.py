"""What was booked arrives: in order, within limits, whatever happens to the process or the channel."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, update

from bot.events import DeliveryFailed
from bot.ports import AnyOutgoing, ChannelBusy, ChannelRefused, Say
from bot.service.limits import Limits, Pace
from storage import conversations, customers, outbox
from storage.database import Connection
from storage.tables import OutboxRow
from tests.service.shop import ECHO, START, KeepingChannel, Shop, TestClock


async def pending(shop: Shop) -> int:
    now = shop.clock.now()
    return (await shop.database.read(lambda connection: outbox.depth(connection, now))).pending


async def settled(shop: Shop, left: int = 0) -> None:
    """Until no more than this is booked that was neither sent nor refused."""
    async with asyncio.timeout(20):
        while await pending(shop) > left:  # noqa: ASYNC110 - the database rings no bell
            await asyncio.sleep(0.01)


async def test_a_busy_channel_is_asked_again_and_the_order_stays(shop: Shop) -> None:
    refusals = iter([ChannelBusy("later", 0.01), ChannelBusy("later")])

    def busy_twice(_address: str, _outgoing: AnyOutgoing) -> None:
        for refusal in refusals:
            raise refusal

    shop.customers.before = busy_twice
    await shop.hears("1", START)
    await shop.hears("1", "1")
    await shop.hears("1", "Ada")
    await shop.customers.wait_for(4)
    assert shop.customers.texts("1") == ["How can we help?", "Your name?", "Hello Ada.", "How can we help?"]
    await settled(shop)


async def test_what_is_there_is_marked_before_the_rest_of_the_answer_has_to_wait(shop: Shop) -> None:
    tried = asyncio.Event()

    def refuse_the_second(_address: str, _outgoing: AnyOutgoing) -> None:
        if any("Hello" in text for text in shop.customers.texts("1")):
            tried.set()
            raise ChannelBusy("an outage", 3600.0)

    await shop.hears("1", START)
    await shop.hears("1", "1")
    await shop.customers.wait_for(2)
    await settled(shop)
    shop.customers.before = refuse_the_second
    await shop.hears("1", "Ada")
    await tried.wait()
    await settled(shop, left=2)  # the question, and the old one's button that goes
    assert shop.customers.texts("1")[-1] == "Hello Ada."


async def test_a_channel_that_is_stuck_with_one_address_serves_the_others(shop: Shop) -> None:
    stuck = asyncio.Event()

    def wait_for_one(address: str, _outgoing: AnyOutgoing) -> object:
        return stuck.wait() if address == "1" else None

    shop.customers.before = wait_for_one
    await asyncio.gather(shop.hears("1", START), shop.hears("2", START))
    await shop.customers.wait_for(1)
    assert [address for address, _, _ in shop.customers.sent] == ["2"]
    stuck.set()
    await shop.customers.wait_for(2)


async def test_a_refused_message_is_a_fact_in_the_log(shop: Shop) -> None:
    def refuse(_address: str, _outgoing: AnyOutgoing) -> None:
        raise ChannelRefused("refused", "message is too long")

    shop.customers.before = refuse
    taken = await shop.hears("1", START)
    await settled(shop)
    assert taken.conversation is not None
    failed = (await shop.events(taken.conversation))[-1]
    assert failed == DeliveryFailed(code="refused", reason="message is too long")


async def test_who_blocked_the_bot_has_left(shop: Shop) -> None:
    def blocked(_address: str, _outgoing: AnyOutgoing) -> None:
        raise ChannelRefused("blocked", "bot was blocked by the user")

    shop.customers.before = blocked
    taken = await shop.hears("1", START)
    await settled(shop)
    assert taken.conversation is not None
    kinds = await shop.kinds(taken.conversation)
    assert kinds[-1] == "ConversationClosed"
    assert "DeliveryFailed" in kinds
    known = await shop.database.read(lambda connection: customers.find(connection, [("telegram", "1")]))
    assert known[("telegram", "1")].blocked_at is not None


async def test_what_breaks_the_channel_is_given_up_and_the_next_message_arrives(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.service.sending.FIRST_RETRY_SECONDS", 0.001)

    def break_down(_address: str, outgoing: AnyOutgoing) -> None:
        if isinstance(outgoing, Say) and outgoing.content.text.text == "How can we help?":
            raise KeyError("a bug in the channel")

    shop.customers.before = break_down
    taken = await shop.hears("1", START)
    await shop.hears("1", "1")
    await shop.customers.wait_for(1)
    assert shop.customers.texts("1") == ["Your name?"]
    assert taken.conversation is not None
    assert "DeliveryFailed" in await shop.kinds(taken.conversation)


async def test_what_could_not_be_sent_for_a_day_is_given_up(shop: Shop) -> None:
    def busy(_address: str, _outgoing: AnyOutgoing) -> None:
        shop.test_clock.pass_by(25 * 3600)
        raise ChannelBusy("down", 0.001)

    shop.customers.before = busy
    taken = await shop.hears("1", START)
    await settled(shop)
    assert taken.conversation is not None
    failed = (await shop.events(taken.conversation))[-1]
    assert isinstance(failed, DeliveryFailed)
    assert failed.code == "gave_up"


async def test_another_process_sends_what_a_dead_one_left(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.service.delivery.LOOK_SECONDS", 60.0)  # one row leads to the next without a look
    clock = TestClock()
    dead = Shop(database_url, clock=clock, process="dead")
    await dead.publish()
    dead.customers.before = lambda _address, _outgoing: asyncio.Event().wait()
    await dead.hears("1", START, "u1")
    await dead.hears("1", "1", "u2")
    await dead.abandon()
    heir = Shop(database_url, clock=clock, process="heir")
    await heir.publish()
    heir.run()
    assert (await heir.hears("1", "1", "u2")).duplicate
    await heir.hears("1", "Ada", "u3")
    assert heir.customers.sent == []  # what is older goes first, and may still be on its way
    clock.pass_by(31)
    heir.delivery.look_again()
    await heir.customers.wait_for(4)
    assert heir.customers.texts("1") == ["How can we help?", "Your name?", "Hello Ada.", "How can we help?"]
    await settled(heir)
    await heir.close(1)


async def test_a_process_that_slept_too_long_sends_nothing_twice(database_url: str) -> None:
    """Its lease ran out while it waited for the limit, and another has sent the row."""
    clock = TestClock()
    awake = asyncio.Event()
    sleeper = Shop(database_url, clock=clock, process="sleeper")
    await sleeper.publish()
    tries: list[AnyOutgoing] = []
    tried = asyncio.Event()

    def busy_then_asleep(_address: str, outgoing: AnyOutgoing) -> object:
        tries.append(outgoing)
        tried.set()
        return _sleep_and_fail(awake)

    sleeper.customers.before = busy_then_asleep
    await sleeper.hears("1", START)
    await tried.wait()
    clock.pass_by(31)
    heir = Shop(database_url, clock=clock, process="heir")
    await heir.publish()
    heir.run()
    await heir.customers.wait_for(1)
    await settled(heir)
    awake.set()
    await asyncio.wait(set(sleeper.delivery._tasks), timeout=10)
    assert len(tries) == 1
    await sleeper.close(1)
    await heir.close(1)


async def test_a_process_that_stops_gives_back_only_what_is_still_its_own(database_url: str) -> None:
    clock = TestClock()
    sleeper, heir = (Shop(database_url, clock=clock, process=name) for name in ("sleeper", "heir"))
    tried = asyncio.Event()

    def hang(_address: str, _outgoing: AnyOutgoing) -> object:
        tried.set()
        return asyncio.Event().wait()

    for shop in (sleeper, heir):
        await shop.publish()
        shop.customers.before = hang
    await sleeper.hears("1", START)
    await tried.wait()
    tried.clear()
    clock.pass_by(31)
    heir.run()
    await tried.wait()
    await sleeper.close(0.01)
    held_by = await heir.database.read(lambda connection: connection.execute(select(OutboxRow.leased_by)).scalar_one())
    assert held_by == heir.installation.holder.name
    await heir.close(0.01)
    await _look_back(database_url)


async def _look_back(database_url: str) -> None:
    """Who stops leaves nothing in its own hands."""
    later = Shop(database_url)
    held_by = await later.database.read(lambda connection: connection.execute(select(OutboxRow.leased_by)).scalar_one())
    assert held_by is None
    await later.close(0.01)


async def _sleep_and_fail(awake: asyncio.Event) -> None:
    await awake.wait()
    raise ChannelBusy("later", 0.001)


async def test_two_processes_keep_the_order_of_one_address(postgres_database: str) -> None:
    both = (KeepingChannel(), KeepingChannel(groups=("-100",)))
    one = Shop(postgres_database, process="one", sides=both)
    two = Shop(postgres_database, process="two", sides=both)
    await one.publish(ECHO)
    await two.publish(ECHO)
    one.run()
    two.run()

    def take_a_moment(_address: str, _outgoing: AnyOutgoing) -> object:
        return asyncio.sleep(0.005)

    both[0].before = take_a_moment
    await one.hears("1", START)
    for number in range(12):
        await (two if number % 2 else one).hears("1", f"word {number}")
    await both[0].wait_for(25)
    await settled(one)
    answers = [(f"You said word {number}.", "Say a word.") for number in range(12)]
    assert both[0].texts("1") == ["Say a word.", *(text for answer in answers for text in answer)]
    await one.close(1)
    await two.close(1)


async def test_what_another_version_booked_keeps_nobody_waiting_for_ever(shop: Shop) -> None:
    now = shop.clock.now()
    bodies = [("1", '{"outgoing":"of_tomorrow"}'), ("1", '{"outgoing":"say","content":{}}')]
    rows = [
        outbox.Booking(conversation_id="", channel="telegram", address=address, body=body, booked_at=now, due_at=now)
        for address, body in (*bodies, ("2", bodies[1][1]))
    ]
    await shop.database.run(lambda connection: outbox.book(connection, rows))
    shop.run()
    await shop.customers.wait_for(1)
    assert [address for address, *_ in shop.customers.sent] == ["2"], "it may be sent by whoever can read it"
    shop.test_clock.pass_by(601)
    shop.delivery.look_again()
    await shop.customers.wait_for(2)
    await settled(shop)
    assert [address for address, *_ in shop.customers.sent] == ["2", "1"]


async def test_no_turn_fails_by_what_another_version_said_before(shop: Shop) -> None:
    await shop.hears("1", START)
    await settled(shop)
    said = update(OutboxRow).values(body='{"outgoing":"of_tomorrow"}')
    await shop.database.run(lambda connection: connection.execute(said).rowcount)
    taken = await shop.hears("1", "1")
    assert (taken.duplicate, taken.failed) == (False, False)
    await shop.customers.wait_for(2)
    assert shop.customers.texts("1")[-1] == "Your name?"


async def test_one_chat_gets_a_small_burst_and_then_one_message_in_a_while(database_url: str) -> None:
    pace = Pace(interval_seconds=10.0, burst=3)
    shop = Shop(database_url, limits={"telegram": Limits(per_chat=pace)})
    await shop.publish()
    for word in (START, "no such choice", "nor this one"):
        await shop.hears("1", word)
    await shop.customers.wait_for(3)
    moments = await shop.database.read(due_moments)
    assert moments[2] - moments[0] < timedelta(seconds=5)
    assert [round((later - earlier).total_seconds()) for earlier, later in pairwise(moments[2:])] == [10, 10]
    assert len(shop.customers.sent) == 3
    await shop.close(1)


async def test_a_clock_that_went_ahead_and_is_right_again_keeps_no_message_back(database_url: str) -> None:
    clock = TestClock()
    limits = Limits(account="bot", altogether=Pace(interval_seconds=0.01), per_chat=Pace(interval_seconds=0.1))
    shop = Shop(database_url, clock=clock, limits={"telegram": limits})
    await shop.publish()
    clock.pass_by(4 * 3600)
    await shop.hears("1", START)
    await shop.customers.wait_for(1)
    clock.pass_by(-4 * 3600)
    await shop.hears("1", "no such choice")
    await shop.hears("2", START)
    await shop.customers.wait_for(3)
    await shop.close(1)


async def test_what_goes_late_holds_back_what_others_book_before_it_is_there(database_url: str) -> None:
    shop = Shop(database_url, limits={"telegram": Limits(per_chat=Pace(interval_seconds=10.0, burst=3))})
    await shop.publish()
    refusals, held_back = iter([ChannelBusy("later", 0.3)]), []

    async def look(_address: str, _outgoing: AnyOutgoing) -> None:
        for refusal in refusals:
            raise refusal
        held_back.append(await shop.database.read(lambda connection: conversations.latest(connection, "telegram", "1")))

    shop.customers.before = look
    await shop.hears("1", START)
    await shop.customers.wait_for(1)
    [seen] = held_back
    assert seen is not None
    assert seen.next_send_at is not None
    assert seen.next_send_at - seen.opened_at > timedelta(seconds=15), "two attempts, each with its place"
    await shop.close(1)


async def test_all_processes_share_the_rate_of_an_account(postgres_database: str) -> None:
    limits = {"telegram": Limits(account="bot", altogether=Pace(interval_seconds=0.02))}
    shops = [Shop(postgres_database, process=name, limits=limits) for name in ("one", "two")]
    for shop in shops:
        await shop.publish()
    await asyncio.gather(*(shops[number % 2].hears(str(number), START) for number in range(20)))
    slots = await shops[0].database.read(due_moments)
    gaps = [later - earlier for earlier, later in pairwise(slots)]
    assert len(slots) == 20
    assert min(gaps) >= timedelta(seconds=0.0199)
    for shop in shops:
        await shop.close(1)


def due_moments(connection: Connection) -> list[datetime]:
    said = select(OutboxRow.due_at).where(OutboxRow.event_number.is_not(None)).order_by(OutboxRow.due_at)
    return list(connection.execute(said).scalars())
