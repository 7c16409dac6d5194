"""Links that make somebody an agent, and who may change who works here."""

import asyncio
from collections.abc import AsyncIterator
from typing import get_args

import pytest

from bot.service.desk.invitations import may_invite
from storage import agents
from storage.agents import Role
from tests.service.shop import Shop

DAY = 86_400.0


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    """A desk with one admin."""
    shop = Shop(sqlite_url)
    await shop.publish()
    await shop.agents.add("Mona", telegram_id=1, queues=["support"], role="admin")
    yield shop
    await shop.close(1)


async def mona(shop: Shop) -> str:
    found = await shop.agents.named("Mona")
    assert found is not None
    return found.id


async def test_of_any_number_who_open_a_link_at_once_one_becomes_an_agent(shop: Shop) -> None:
    made = await shop.invitations.invite(await mona(shop), "supervisor", ["night"])
    opened = await asyncio.gather(*(shop.invitations.open(made.payload, 10 + n, f"Guest {n}") for n in range(5)))
    assert sorted(one.welcome for one in opened) == ["joined", "used", "used", "used", "used"]
    [joined] = [one for one in opened if one.welcome == "joined"]
    assert joined.agent is not None
    assert (joined.agent.role, joined.agent.queues, joined.agent.presence) == ("supervisor", ("night",), "offline")
    assert joined.inviter is not None
    assert joined.inviter.name == "Mona"


async def test_the_same_person_again_is_welcome_and_who_is_an_agent_leaves_the_link_for_others(shop: Shop) -> None:
    made = await shop.invitations.invite(await mona(shop))
    assert (await shop.invitations.open(made.payload, 1, "Mona")).welcome == "is_agent"
    assert (await shop.invitations.open(made.payload, 10, "Omid")).welcome == "joined"
    again = await shop.invitations.open(made.payload, 10, "Omid")
    assert (again.welcome, again.inviter) == ("joined", None)


async def test_a_link_is_good_for_a_week_and_as_long_as_who_made_it(shop: Shop) -> None:
    omid = (await shop.agents.add("Omid", telegram_id=2, queues=["support"], role="supervisor")).id
    by_mona, by_omid = await shop.invitations.invite(await mona(shop)), await shop.invitations.invite(omid)
    by_console = await shop.invitations.invite("", "admin")
    await shop.agents.remove(omid)
    assert (await shop.invitations.open(by_omid.payload, 11, "Ali")).welcome == "unknown"
    shop.test_clock.pass_by(7 * DAY - 60)
    assert (await shop.invitations.open(by_console.payload, 11, "Ali")).welcome == "joined"
    shop.test_clock.pass_by(61)
    assert (await shop.invitations.open(by_mona.payload, 12, "Reza")).welcome == "expired"
    assert (await shop.invitations.open("join_nothing", 12, "Reza")).welcome == "unknown"


def test_admins_invite_anybody_and_supervisors_agents() -> None:
    roles = get_args(Role)
    assert [[may_invite(by, role) for role in roles] for by in roles] == [
        [False, False, False],
        [True, False, False],
        [True, True, True],
    ]


async def test_the_desk_keeps_an_admin_though_two_send_each_other_away_at_once(postgres_database: str) -> None:
    shops = [Shop(postgres_database, process=name) for name in ("one", "two")]
    admins = [
        (await shops[0].agents.add(name, telegram_id=number, queues=["support"], role="admin")).id
        for number, name in enumerate(("Mona", "Omid"), 1)
    ]
    outcomes = await asyncio.gather(
        shops[0].supervision.remove(admins[0]), shops[1].supervision.give_role(admins[1], "agent")
    )
    assert sorted(outcomes) == ["done", "last_admin"]
    left = await shops[0].database.read(agents.every)
    assert [one.role for one in left if one.role == "admin"] == ["admin"]
    for shop in shops:
        await shop.close(1)


async def test_of_two_who_change_the_same_agent_at_once_the_later_is_right(postgres_database: str) -> None:
    shops = [Shop(postgres_database, process=name) for name in ("one", "two")]
    for telegram_id in range(1, 11):
        added = await asyncio.gather(*(shop.supervision.add("Omid", telegram_id, ["support"]) for shop in shops))
        assert sorted(added) == ["done", "is_agent"]
        omid = await shops[0].agents.with_telegram(telegram_id)
        assert omid
        served = await asyncio.gather(*(shop.supervision.serve(omid.id, ["night"]) for shop in shops))
        assert served == ["done", "done"]
    for shop in shops:
        await shop.close(1)


async def test_whose_changes_name_what_is_not_there_are_refused(shop: Shop) -> None:
    omid = (await shop.agents.add("Omid", telegram_id=2, queues=["support"])).id
    assert await shop.supervision.serve(omid, ["day"]) == "unknown_queue"
    assert await shop.supervision.add("Ali", 3, ["day"]) == "unknown_queue"
    assert await shop.supervision.add("Ali", 2, []) == "is_agent"
    assert await shop.supervision.remove(omid) == "done"
    assert await shop.supervision.remove(omid) == "gone"
    assert await shop.supervision.give_role(await mona(shop), "supervisor") == "last_admin"


async def test_supervisors_see_the_whole_desk_and_agents_their_queues(shop: Shop) -> None:
    await shop.agents.add("Omid", telegram_id=2, queues=["night"])
    cards = {card.name: card for card in await shop.agents.every()}
    whole = await shop.supervision.seen_by(cards["Mona"], "en")
    assert [queue.name for queue in whole.queues] == ["support", "night"]
    assert [agent.name for agent in whole.agents] == ["Mona", "Omid"]
    own = await shop.supervision.seen_by(cards["Omid"], "en")
    assert ([queue.name for queue in own.queues], [agent.name for agent in own.agents]) == (["night"], ["Omid"])
