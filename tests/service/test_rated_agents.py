"""A rating belongs to whoever had the customer when it was closed, for good."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from bot.ports import Say
from storage.database import Connection
from storage.tables import SurveyRow
from tests.service.shop import Shop, tap
from tests.service.test_handoffs import ask_for_a_person, said


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    """The shop, on SQLite."""
    opened = Shop(sqlite_url)
    await opened.publish()
    yield opened
    await opened.close(1)


async def rated(shop: Shop) -> list[tuple[str | None, str | None, int | None]]:
    """Agent, queue and score of every survey, in order."""

    def read(connection: Connection) -> list[tuple[str | None, str | None, int | None]]:
        wanted = select(SurveyRow.agent_id, SurveyRow.queue, SurveyRow.score).order_by(SurveyRow.sent_at, SurveyRow.id)
        return [(agent, queue, score) for agent, queue, score in connection.execute(wanted)]

    return await shop.database.read(read)


async def survey_of(shop: Shop, count: int) -> Say:
    """The newest survey, when the customer has so many."""
    while len(found := [said for said in shop.customers.to("1") if isinstance(said, Say) and _asks(said)]) < count:
        await shop.customers.wait_for(len(shop.customers.sent) + 1)
    return found[-1]


def _asks(said: Say) -> bool:
    return said.content.text.text == "How did we do?"


async def test_of_two_who_had_them_it_is_the_one_who_closed(shop: Shop) -> None:
    sara, omid = await shop.add_agent("Sara"), await shop.add_agent("Omid")
    handoff = await ask_for_a_person(shop)
    await shop.handoffs.reply(handoff, sara, "a1", said("a moment"), "d1")
    await shop.handoffs.transfer(handoff, sara, "a2", to_agent=omid)
    await shop.handoffs.reply(handoff, omid, "a3", said("here I am"), "d2")
    await shop.handoffs.close(handoff, omid, "a4")
    await shop.hears("1", tap(await survey_of(shop, 1), "5", "m"))
    assert await rated(shop) == [(omid, "support", 5)]


async def test_who_took_over_is_rated_and_who_only_closed_for_another_is_not(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    leila = (await shop.agents.add("Leila", telegram_id=None, queues=["support"], role="supervisor")).id
    first = await ask_for_a_person(shop)
    await shop.handoffs.reply(first, sara, "a1", said("hello"), "d1")
    assert (await shop.handoffs.transfer(first, leila, "a2", to_agent=leila)).done
    await shop.handoffs.close(first, leila, "a3")
    await shop.hears("1", tap(await survey_of(shop, 1), "2", "m1"))
    second = await ask_for_a_person(shop)
    await shop.handoffs.reply(second, sara, "a4", said("hello again"), "d2")
    assert (await shop.handoffs.close(second, leila, "a5")).done
    await shop.hears("1", tap(await survey_of(shop, 2), "4", "m2"))
    assert await rated(shop) == [(leila, "support", 2), (sara, "support", 4)]


async def test_an_answer_that_comes_while_the_next_agent_is_at_work_is_the_former_ones(shop: Shop) -> None:
    sara, omid = await shop.add_agent("Sara"), await shop.add_agent("Omid")
    first = await ask_for_a_person(shop)
    await shop.handoffs.take(first, sara, "a1")
    await shop.handoffs.close(first, sara, "a2")
    asked = await survey_of(shop, 1)
    second = await ask_for_a_person(shop)
    assert second != first
    await shop.handoffs.take(second, omid, "a3")
    await shop.hears("1", tap(asked, "1", "m1"))
    await shop.handoffs.close(second, omid, "a4")
    await shop.hears("1", tap(await survey_of(shop, 2), "5", "m2"))
    assert await rated(shop) == [(sara, "support", 1), (omid, "support", 5)]
