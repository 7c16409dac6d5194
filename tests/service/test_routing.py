"""Customers are offered to agents who are there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, datetime

import pytest

from bot.engine.inputs import CustomerBlocked
from bot.events import (
    AnyEvent,
    HandoffOffered,
    HandoffOfferEnded,
    HandoffRefused,
    HandoffReleased,
    HandoffTaken,
    HandoffTransferred,
)
from bot.ports import AnyOutgoing, DeskLine, DeskOffer, DeskOfferOver
from storage import agents, desk_timers, handoffs, legs, outbox
from storage.handoffs import Handoff
from tests.service.shop import FLOWS, Shop, desk
from tests.service.test_handoffs import ask_for_a_person, said, shown

LATER = datetime(2100, 1, 1, tzinfo=UTC)
DESK = """
queues:
  support:
    default: true
    distribution: longest_idle
    offer_seconds: 20
    max_wait: 10m
    overflow: second
    return_to_agent: 24h
    dispositions: [solved]
  second: {distribution: round_robin, max_wait: 5m, calendar: office}
  picked: {}
calendars:
  office: {weekly: {mon: ["00:00-24:00"], tue: ["00:00-24:00"], wed: ["00:00-24:00"], thu: ["00:00-24:00"],
                    fri: ["00:00-24:00"], sat: ["00:00-24:00"], sun: ["00:00-24:00"]}}
"""


async def open_shop(url: str, process: str = "one", desk: str = DESK) -> Shop:
    shop = Shop(url, desk_source=desk, process=process)
    await shop.publish()
    return shop


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    shop = await open_shop(sqlite_url)
    yield shop
    await shop.close(1)


async def now_at(shop: Shop, handoff: str) -> Handoff:
    kept = await shop.database.read(lambda connection: handoffs.get(connection, handoff))
    assert kept is not None
    return kept


async def offered_to(shop: Shop, handoff: str) -> str | None:
    return (await now_at(shop, handoff)).offered_to


async def events_of(shop: Shop, handoff: str, *kinds: type[AnyEvent]) -> list[AnyEvent]:
    return [event for event in await shop.events(handoff.partition(".")[0]) if isinstance(event, kinds)]


async def route(shop: Shop) -> None:
    """Until there is nothing left to do."""
    while await shop.routing.route():
        pass


async def delivered(shop: Shop) -> None:
    """Until all that was booked is there, and is known to be."""
    written = asyncio.Event()
    shop.turns.on_commit(lambda _: written.set())
    async with asyncio.timeout(20):
        while (await shop.database.read(lambda connection: outbox.depth(connection, LATER))).pending:
            await written.wait()
            written.clear()


async def pass_by(shop: Shop, seconds: float) -> None:
    """Let this time pass, with all that is due then."""
    await delivered(shop)
    shop.test_clock.pass_by(seconds)
    await shop.wakeups.wake_due()
    await route(shop)


async def presence(shop: Shop, agent: str) -> tuple[str, str | None]:
    found = await shop.database.read(lambda connection: agents.get(connection, agent))
    assert found is not None
    return found.presence, found.presence_reason


async def until_shown(shop: Shop, handoff: str, kind: type[AnyOutgoing]) -> AnyOutgoing:
    """The first thing of this kind that the agents are shown of the hand-off."""
    while not (found := [one for one in shown(shop, handoff) if isinstance(one, kind)]):
        await shop.desk_side.wait_for(len(shop.desk_side.sent) + 1)
    return found[0]


def lines_of(shop: Shop, handoff: str) -> list[DeskLine]:
    return [one for one in shown(shop, handoff) if isinstance(one, DeskLine)]


# Offers


async def test_who_is_offered_a_customer_may_accept_and_nobody_else_meanwhile(shop: Shop) -> None:
    sara, omid = await shop.add_agent("Sara"), await shop.add_agent("Omid")
    shop.test_clock.pass_by(5)
    await shop.agents.be(sara, "away")
    await shop.agents.be(sara, "available")
    handoff = await ask_for_a_person(shop)
    assert await shop.routing.route() == 1
    assert await offered_to(shop, handoff) == omid, "the longest idle one"
    answer = await shop.handoffs.take(handoff, sara, "a1")
    assert (answer.why, answer.agent_name) == ("offered", "Omid")
    assert (await shop.handoffs.decline(handoff, sara, "a2")).why == "offered"
    assert (await shop.handoffs.accept(handoff, omid, "a3")).done
    [offer] = await events_of(shop, handoff, HandoffOffered)
    [taken] = await events_of(shop, handoff, HandoffTaken)
    assert isinstance(offer, HandoffOffered)
    assert isinstance(taken, HandoffTaken)
    assert (offer.agent, taken.agent, taken.how) == (omid, omid, "accepted")
    shown_offer = await until_shown(shop, handoff, DeskOffer)
    assert isinstance(shown_offer, DeskOffer)
    assert shown_offer.agent_name == "Omid"
    assert 0 < shown_offer.seconds <= 20
    over = await until_shown(shop, handoff, DeskOfferOver)
    assert isinstance(over, DeskOfferOver)
    assert over.outcome == "accepted"
    left = await shop.database.read(lambda connection: desk_timers.due(connection, LATER, 9))
    assert "offer" not in {timer.kind for timer in left}


async def test_who_declines_is_passed_over_and_asked_again_after_all_others(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    await route(shop)
    assert (await shop.handoffs.decline(handoff, sara, "a1")).done
    await route(shop)
    assert await offered_to(shop, handoff) is None, "not at once again"
    omid = await shop.add_agent("Omid")
    await pass_by(shop, 25)
    assert await offered_to(shop, handoff) == omid
    await pass_by(shop, 25)
    assert await offered_to(shop, handoff) == sara
    ended = await events_of(shop, handoff, HandoffOfferEnded)
    assert [(one.agent, one.outcome) for one in ended] == [(sara, "declined"), (omid, "lapsed")]  # type: ignore[union-attr]


async def test_who_misses_three_offers_in_a_row_is_away_until_they_are_back(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    await route(shop)
    for _ in range(2):
        await pass_by(shop, 20)
        assert await presence(shop, sara) == ("available", None)
        assert await offered_to(shop, handoff) == sara
    await pass_by(shop, 20)
    assert await presence(shop, sara) == ("away", "missed offers")
    assert await offered_to(shop, handoff) is None, "nobody absent gets anything"
    while not any("three offers" in line.content.text.text for line in lines_of(shop, handoff)):
        await shop.desk_side.wait_for(len(shop.desk_side.sent) + 1)
    assert (await shop.handoffs.take(handoff, sara, "a1")).why == "away"
    await shop.agents.be(sara, "available")
    await route(shop)
    assert await offered_to(shop, handoff) == sara
    await pass_by(shop, 20)
    assert (await presence(shop, sara))[0] == "available", "they start anew"


async def test_the_time_to_accept_begins_when_the_offer_can_be_seen(shop: Shop) -> None:
    arrives = asyncio.Event()

    def wait(_: str, outgoing: AnyOutgoing) -> Awaitable[object] | None:
        return arrives.wait() if isinstance(outgoing, DeskOffer) else None

    shop.desk_side.before = wait
    shop.run()
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    await route(shop)
    for _ in range(4):
        shop.test_clock.pass_by(21)
        await shop.wakeups.wake_due()
        assert await offered_to(shop, handoff) == sara, "the group is slow"
    shop.test_clock.pass_by(15)
    arrives.set()
    await pass_by(shop, 10)
    assert (await events_of(shop, handoff, HandoffOfferEnded)) == []
    await pass_by(shop, 10)
    assert len(await events_of(shop, handoff, HandoffOfferEnded)) == 1


async def test_who_goes_away_is_asked_no_more(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    await route(shop)
    await shop.agents.be(sara, "break", "lunch")
    await route(shop)
    assert (await now_at(shop, handoff)).state == "queued"
    [ended] = await events_of(shop, handoff, HandoffOfferEnded)
    assert isinstance(ended, HandoffOfferEnded)
    assert ended.outcome == "withdrawn"
    assert await presence(shop, sara) == ("break", "lunch")


async def test_a_customer_who_leaves_takes_the_offer_with_them(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    await route(shop)
    await shop.hears("1", CustomerBlocked())
    assert (await now_at(shop, handoff)).state == "abandoned"
    over = await until_shown(shop, handoff, DeskOfferOver)
    assert isinstance(over, DeskOfferOver)
    assert over.outcome == "withdrawn"
    assert (await shop.handoffs.accept(handoff, sara, "a1")).why == "over"
    await pass_by(shop, 20)
    assert len(await events_of(shop, handoff, HandoffOfferEnded)) == 1


async def test_nobody_has_more_than_they_can_and_the_next_comes_when_there_is_room(shop: Shop) -> None:
    sara = (await shop.agents.add("Sara", telegram_id=None, queues=["support"], capacity=1)).id
    first, second = await ask_for_a_person(shop, "1"), await ask_for_a_person(shop, "2")
    await route(shop)
    assert await offered_to(shop, second) is None
    assert (await shop.handoffs.take(second, sara, "a1")).why == "full", "an offer takes room, too"
    assert (await shop.handoffs.accept(first, sara, "a2")).done
    assert (await shop.handoffs.reply(second, sara, "a3", said("hello"), "d1")).why == "full"
    await shop.handoffs.close(first, sara, "a4")
    await route(shop)
    assert await offered_to(shop, second) == sara
    await shop.agents.change(sara, capacity=2)
    third = await ask_for_a_person(shop, "3")
    await route(shop)
    assert await offered_to(shop, third) == sara
    assert (await shop.handoffs.accept(second, sara, "a5")).done
    await shop.agents.change(sara, capacity=1)
    assert (await shop.handoffs.accept(third, sara, "a6")).why == "full", "they may have fewer now"


async def test_who_comes_back_is_offered_at_once_who_waited_longest(shop: Shop) -> None:
    sara = (await shop.agents.add("Sara", telegram_id=None, queues=["support"], capacity=2)).id
    waiting = []
    for address in ("1", "2", "3"):
        waiting.append(await ask_for_a_person(shop, address))
        await shop.agents.be(sara, "available")
        shop.test_clock.pass_by(1)
    await shop.agents.be(sara, "away")
    await route(shop)
    assert [await offered_to(shop, handoff) for handoff in waiting] == [None, None, None]
    running = asyncio.create_task(shop.routing.run())
    await shop.agents.be(sara, "available")
    offers = [await until_shown(shop, handoff, DeskOffer) for handoff in waiting[:2]]
    assert {offer.agent for offer in offers if isinstance(offer, DeskOffer)} == {sara}
    assert await offered_to(shop, waiting[2]) is None
    running.cancel()


# Queues


async def test_who_waited_too_long_goes_where_the_queue_overflows_to_and_then_hears_the_truth(shop: Shop) -> None:
    sara, omid = await shop.add_agent("Sara"), await shop.add_agent("Omid", "second")
    handoff = await ask_for_a_person(shop)
    await shop.agents.be(sara, "away")
    await pass_by(shop, 601)
    moved = await now_at(shop, handoff)
    assert (moved.queue, moved.offered_to, moved.queued_at) == ("second", omid, moved.requested_at)
    [transferred] = await events_of(shop, handoff, HandoffTransferred)
    assert transferred == HandoffTransferred(handoff=handoff, by=None, queue="second", why="overflow")
    await shop.agents.be(omid, "away")
    await pass_by(shop, 301)
    [refused] = await events_of(shop, handoff, HandoffRefused)
    assert isinstance(refused, HandoffRefused)
    assert (refused.queue, refused.reason) == ("second", "max_wait")
    ends = await shop.database.read(lambda connection: legs.of_conversation(connection, moved.conversation_id))
    assert [leg.end_reason for leg in ends[:3]] == ["queued", "overflowed", "refused"]


async def test_whoever_waits_in_a_queue_that_nobody_serves_any_more_hears_the_truth(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    await shop.agents.be(sara, "away")
    await route(shop)
    assert (await now_at(shop, handoff)).state == "queued", "they may be back"
    await shop.agents.remove(sara)
    await route(shop)
    [refused] = await events_of(shop, handoff, HandoffRefused)
    assert isinstance(refused, HandoffRefused)
    assert refused.reason == "no_agent"


async def test_whoever_waits_in_a_queue_that_is_gone_from_the_desk_waits_in_the_default_one(shop: Shop) -> None:
    await shop.add_agent("Ann", "picked")
    await shop.publish(FLOWS.replace("handoff: support", "handoff: picked"))
    handoff = await ask_for_a_person(shop)
    shop.installation.desk = desk(DESK.replace("picked: {}", "other: {}"))
    sara = await shop.add_agent("Sara")
    await route(shop)
    kept = await now_at(shop, handoff)
    assert (kept.queue, kept.state, kept.offered_to) == ("support", "offered", sara)


async def test_where_nobody_there_can_what_is_needed_the_customer_hears_it_at_once(shop: Shop) -> None:
    await shop.publish(FLOWS.replace("handoff: support", "handoff: support\n        skills: [refunds]"))
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop, "1")
    [refused] = await events_of(shop, handoff, HandoffRefused)
    assert isinstance(refused, HandoffRefused)
    assert refused.reason == "no_agent"
    await shop.agents.change(sara, skills=["refunds"])
    handoff = await ask_for_a_person(shop, "2")
    await route(shop)
    assert await offered_to(shop, handoff) == sara


async def test_a_bug_in_one_offer_holds_no_other_back(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    sara = await shop.add_agent("Sara")
    broken, other = await ask_for_a_person(shop, "1"), await ask_for_a_person(shop, "2")
    unreadable = {"id": broken.partition(".")[0]}
    await shop.database.run(
        lambda connection: (
            connection.exec_driver_sql("UPDATE conversations SET state = '{' WHERE id = :id", unreadable).rowcount
        )
    )
    await route(shop)
    assert [await offered_to(shop, handoff) for handoff in (broken, other)] == [None, sara]
    assert [record.message for record in caplog.records].count("offer_failed") == 1


async def test_whom_a_removed_agent_had_are_offered_to_others(shop: Shop) -> None:
    sara, omid = await shop.add_agent("Sara"), await shop.add_agent("Omid")
    handoff = await ask_for_a_person(shop)
    await route(shop)
    first = await offered_to(shop, handoff)
    other = omid if first == sara else sara
    assert first is not None
    await shop.handoffs.accept(handoff, first, "a1")
    await shop.agents.remove(first)
    await pass_by(shop, 1)
    [released] = await events_of(shop, handoff, HandoffReleased)
    assert isinstance(released, HandoffReleased)
    assert (released.agent, released.why) == (first, "removed")
    assert await offered_to(shop, handoff) == other


async def test_who_writes_again_is_offered_to_the_agent_whom_they_had(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    await route(shop)
    await shop.handoffs.accept(handoff, sara, "a1")
    omid = await shop.add_agent("Omid")
    shop.test_clock.pass_by(60)
    await shop.handoffs.close(handoff, sara, "a2")
    again = await ask_for_a_person(shop)
    assert (await now_at(shop, again)).wanted_agent_id == sara
    await route(shop)
    assert await offered_to(shop, again) == sara, "Omid is idle for longer"
    await shop.handoffs.decline(again, sara, "a3")
    await route(shop)
    assert await offered_to(shop, again) == omid
    await shop.handoffs.accept(again, omid, "a4")
    await shop.handoffs.close(again, omid, "a5")
    shop.test_clock.pass_by(25 * 3600)
    assert (await now_at(shop, await ask_for_a_person(shop))).wanted_agent_id is None
