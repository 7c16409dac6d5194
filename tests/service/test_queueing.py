"""Who is taken into a queue, and who hears why not."""

from collections.abc import AsyncIterator

import pytest

from bot.engine.inputs import CommandHeard
from bot.events import HandoffAbandoned, HandoffQueued, HandoffRefused
from bot.ports import DeskState
from bot.service.breakdown import give_up
from bot.service.jobs import Job
from bot.service.work import Work
from storage import agents
from tests.service.shop import Shop
from tests.service.test_handoffs import ask_for_a_person, shown
from tests.service.test_routing import events_of, now_at, offered_to, open_shop, route

DESK = """
queues:
  support: {default: true, distribution: longest_idle, max_waiting: 1, max_wait: 10m, overflow: never}
  never: {calendar: never, overflow: second}
  second: {distribution: last_agent, max_waiting: 1}
calendars:
  never: {weekly: {}}
"""


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    shop = await open_shop(sqlite_url, desk=DESK)
    yield shop
    await shop.close(1)


async def test_a_full_queue_flows_over_to_the_nearest_that_is_open_by_its_own_hours(shop: Shop) -> None:
    await shop.add_agent("Sara", "support", "never", "second")
    first, second, third = [await ask_for_a_person(shop, address) for address in "123"]
    assert [(await now_at(shop, one)).queue for one in (first, second)] == ["support", "second"]
    [queued] = await events_of(shop, second, HandoffQueued)
    assert isinstance(queued, HandoffQueued)
    assert (queued.queue, queued.position) == ("second", 1)
    [refused] = await events_of(shop, third, HandoffRefused)
    assert isinstance(refused, HandoffRefused)
    assert (refused.queue, refused.reason) == ("support", "full")


async def test_who_is_offered_or_was_moved_waits_as_others_do(shop: Shop) -> None:
    sara = await shop.add_agent("Sara", "support", "second")
    first = await ask_for_a_person(shop, "1")
    await route(shop)
    assert await offered_to(shop, first) == sara
    assert (await now_at(shop, await ask_for_a_person(shop, "2"))).queue == "second"
    assert (await shop.handoffs.transfer(first, sara, "a1", queue="second")).done
    assert (await now_at(shop, first)).state == "transferred"
    assert (await now_at(shop, await ask_for_a_person(shop, "3"))).queue == "support"
    assert (await now_at(shop, await ask_for_a_person(shop, "4"))).state == "refused"


async def test_without_a_group_those_who_work_privately_are_there(shop: Shop) -> None:
    shop.installation.desk_groups = tuple
    sara = (await shop.agents.add("Sara", telegram_id=7, queues=["support"])).id
    assert (await now_at(shop, await ask_for_a_person(shop, "1"))).state == "refused"
    await shop.agents.change(sara, works_privately=True)
    handoff = await ask_for_a_person(shop, "2")
    await route(shop)
    assert await offered_to(shop, handoff) == sara
    await shop.database.run(lambda connection: agents.change(connection, sara, telegram_id=None))
    assert (await now_at(shop, await ask_for_a_person(shop, "3"))).state == "refused"


async def test_a_hand_off_that_ends_with_its_conversation_is_told_in_the_log(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    await shop.handoffs.take(handoff, sara, "a1")
    conversation = handoff.partition(".")[0]

    def fail(work: Work) -> None:
        case = work.case(conversation)
        assert case is not None
        give_up(work, case, "a bug")

    await shop.turns.do(Job(act=fail, again=None, conversation=conversation))
    assert (await now_at(shop, handoff)).state == "abandoned"
    assert await events_of(shop, handoff, HandoffAbandoned) == [HandoffAbandoned(handoff=handoff, reason="restarted")]


async def test_who_speaks_another_language_meanwhile_waits_for_who_speaks_it(shop: Shop) -> None:
    await shop.add_agent("Sara", "support")
    handoff = await ask_for_a_person(shop)
    await shop.hears("1", CommandHeard(name="language", argument="fa"))
    assert (await now_at(shop, handoff)).language == "fa"
    await shop.desk_side.wait_for(3)
    cards = [one.shown for one in shown(shop, handoff) if isinstance(one, DeskState)]
    assert [card.language for card in cards if card is not None] == ["fa"]
