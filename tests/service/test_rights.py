"""What supervisors may do that agents may not, and what is said of a hand-off after its end."""

from collections.abc import AsyncIterator

import pytest

from bot.events import BotSaid, HandoffClosed, HandoffReleased, HandoffTaken, HandoffWrappedUp
from storage import legs
from tests.service.shop import Shop
from tests.service.test_handoffs import ask_for_a_person, said
from tests.service.test_routing import events_of, now_at, open_shop


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    shop = await open_shop(sqlite_url)
    yield shop
    await shop.close(1)


async def test_a_supervisor_takes_over_and_the_customer_hears_one_line(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    mona = (await shop.agents.add("Mona", telegram_id=None, queues=[], role="supervisor")).id
    omid = await shop.add_agent("Omid", "picked")
    handoff = await ask_for_a_person(shop)
    await shop.handoffs.take(handoff, sara, "a1")
    for number, act in enumerate((shop.handoffs.take_over, shop.handoffs.release, shop.handoffs.close)):
        answer = await act(handoff, omid, f"b{number}")
        assert (answer.why, answer.agent_name) == ("theirs", "Sara")
    assert (await shop.handoffs.reply(handoff, mona, "a2", said("hi"), "d1")).why == "theirs", "not by accident"
    before = len(await events_of(shop, handoff, BotSaid))
    assert (await shop.handoffs.take_over(handoff, mona, "a3")).done
    spoken = (await events_of(shop, handoff, BotSaid))[before:]
    [line] = [one.content.text.text for one in spoken if isinstance(one, BotSaid)]
    assert "Mona" in line
    taken = (await events_of(shop, handoff, HandoffTaken))[-1]
    assert taken == HandoffTaken(handoff=handoff, agent=mona, agent_name="Mona", how="taken_over")
    conversation = handoff.partition(".")[0]
    assert (await shop.handoffs.reply(handoff, sara, "a4", said("hi"), "d2")).why == "theirs"
    stretches = await shop.database.read(lambda connection: legs.of_conversation(connection, conversation))
    assert [(leg.agent_id, leg.end_reason) for leg in stretches[2:]] == [(sara, "taken_over"), (mona, None)]


async def test_a_supervisor_gives_a_customer_to_another_agent_back_or_closes_for_them(shop: Shop) -> None:
    sara, omid = await shop.add_agent("Sara"), await shop.add_agent("Omid")
    mona = (await shop.agents.add("Mona", telegram_id=None, queues=[], role="supervisor")).id
    handoff = await ask_for_a_person(shop)
    await shop.handoffs.take(handoff, sara, "a1")
    await shop.agents.be(omid, "break")
    answer = await shop.handoffs.transfer(handoff, mona, "a2", to_agent=omid)
    assert (answer.why, answer.agent_name) == ("away", "Omid")
    await shop.agents.be(omid, "available")
    assert (await shop.handoffs.transfer(handoff, mona, "a3", to_agent=omid)).done
    taken = (await events_of(shop, handoff, HandoffTaken))[-1]
    assert taken == HandoffTaken(handoff=handoff, agent=omid, agent_name="Omid", how="assigned", by=mona)
    assert (await shop.handoffs.release(handoff, mona, "a4")).done
    [released] = await events_of(shop, handoff, HandoffReleased)
    assert released == HandoffReleased(handoff=handoff, agent=omid, why="reassigned", by=mona)
    await shop.handoffs.take(handoff, sara, "a5")
    assert (await shop.handoffs.close(handoff, mona, "a6", disposition="solved")).done
    [closed] = await events_of(shop, handoff, HandoffClosed)
    assert closed == HandoffClosed(handoff=handoff, agent=sara, disposition="solved", by=mona)


async def test_how_it_ended_may_be_said_after_the_closing_by_who_had_it(shop: Shop) -> None:
    sara, omid = await shop.add_agent("Sara"), await shop.add_agent("Omid")
    handoff = await ask_for_a_person(shop)
    await shop.handoffs.take(handoff, sara, "a1")
    assert (await shop.handoffs.wrap_up(handoff, sara, "a2", disposition="solved")).why == "open"
    await shop.handoffs.close(handoff, sara, "a3")
    assert (await shop.handoffs.wrap_up(handoff, omid, "a4", disposition="solved")).why == "theirs"
    assert (await shop.handoffs.wrap_up(handoff, sara, "a5", disposition="fun")).why == "unknown_disposition"
    assert (await shop.handoffs.wrap_up(handoff, sara, "a6", disposition="solved", note="easy")).done
    [wrapped] = await events_of(shop, handoff, HandoffWrappedUp)
    assert wrapped == HandoffWrappedUp(handoff=handoff, agent=sara, disposition="solved")
    assert (await now_at(shop, handoff)).disposition == "solved"
