"""Running conversations that go over to a new revision, and what becomes of the old ones."""

import asyncio
from datetime import timedelta

from bot.engine.inputs import CommandHeard
from bot.events import BotSaid, RevisionChanged
from bot.service.migration import Outcome, Plan, Restart, Standing
from bot.service.publishing import revision_of
from storage import conversations, revisions
from storage.conversations import Stored
from tests.service.shop import FLOWS, START, Shop, flow_set

WITHOUT_MORE = FLOWS.replace("How can we help?", "What can we do?").replace(
    """          - label: {en: More, fa: بیشتر}
            value: more
            then: more
""",
    "",
)
GONE = WITHOUT_MORE[: WITHOUT_MORE.index("      - id: more")] + WITHOUT_MORE[WITHOUT_MORE.index("      - id: person") :]


async def in_the_middle(shop: Shop) -> None:
    """Three customers at the top, one at a name, two at More, one with an agent."""
    await shop.add_agent("Mina")
    words_of: dict[str, list[str]] = {"1": [], "2": [], "3": [], "4": ["1"], "5": ["2"], "6": ["2"], "7": ["3"]}
    for address, words in words_of.items():
        await shop.hears(address, START)
        for word in words:
            await shop.hears(address, word)


async def publish(shop: Shop, source: str, restart: Restart) -> tuple[Plan, Outcome]:
    flows = flow_set(source)
    revision, _ = revision_of(flows)
    plan = await shop.migration().plan(revision, flows, restart)
    await shop.publish(source)
    return plan, await shop.migration().take_over(revision, restart)


async def at(shop: Shop, address: str) -> Stored:
    stored = await shop.database.read(lambda connection: conversations.latest(connection, "telegram", address))
    assert stored is not None
    return stored


async def said(shop: Shop, address: str) -> list[str]:
    events = await shop.events((await at(shop, address)).id)
    return [event.content.text.text for event in events if isinstance(event, BotSaid)]


async def test_those_whose_step_is_there_go_over_and_the_others_stay(shop: Shop) -> None:
    await in_the_middle(shop)
    before = shop.programs.newest
    assert before is not None
    plan, outcome = await publish(shop, GONE, "nobody")
    assert plan == Plan(move=5, stay=2, stuck=(Standing(flow="main", step="more", revision=before, customers=2),))
    assert outcome == Outcome(moved=5, stayed=2)
    assert (await at(shop, "5")).revision == before
    assert {(await at(shop, address)).revision for address in "12347"} == {shop.programs.newest}
    await shop.hears("4", "Sara")
    await shop.hears("5", "1")
    assert (await said(shop, "4"))[-2:] == ["Hello Sara.", "What can we do?"]
    assert (await said(shop, "5"))[-1] == "How can we help?"
    plan, outcome = await publish(shop, GONE, "nobody")
    assert (plan.move, outcome) == (1, Outcome(moved=1, stayed=1)), "one has left the step meanwhile"


async def test_those_on_a_removed_step_may_begin_again_but_nobody_is_torn_from_a_person(shop: Shop) -> None:
    await in_the_middle(shop)
    plan, outcome = await publish(shop, GONE, "stuck")
    assert (plan.move, plan.restart, plan.stay) == (5, 2, 0)
    assert outcome == Outcome(moved=5, restarted=2)
    assert (await said(shop, "6"))[-2:] == [
        "Our menus have just changed, so we're back at the start. Sorry about that.",
        "What can we do?",
    ]
    plan, outcome = await publish(shop, FLOWS, "everybody")
    assert outcome == Outcome(moved=1, restarted=6)
    last = await at(shop, "7")
    assert last.handoff_id is not None
    changes = [event for event in await shop.events(last.id) if isinstance(event, RevisionChanged)]
    assert [change.restarted for change in changes] == [False, False]


async def test_who_begins_again_is_left_with_one_question_s_buttons(shop: Shop) -> None:
    await shop.hears("1", START)
    await shop.customers.wait_for(1)
    await publish(shop, GONE, "everybody")
    await shop.customers.hide(1)
    await shop.customers.wait_for(3)
    assert shop.customers.hidden == ["m1"]


async def test_who_was_overtaken_by_another_publication_takes_nobody_back(shop: Shop) -> None:
    await in_the_middle(shop)
    earlier, later = (FLOWS.replace("How can we help?", f"What is it? {number}") for number in range(2))
    overtaken, _ = revision_of(flow_set(earlier))
    await shop.publish(earlier)
    newest = await shop.publish(later)
    assert await shop.migration().take_over(newest, "nobody") == Outcome(moved=7)
    assert await shop.migration().take_over(overtaken, "everybody") == Outcome(overtaken=True)
    assert {(await at(shop, address)).revision for address in "1234567"} == {newest}


async def test_a_tester_s_conversation_on_a_draft_is_left_alone(shop: Shop) -> None:
    draft, body = revision_of(flow_set(WITHOUT_MORE))
    now = shop.clock.now()
    await shop.database.run(lambda connection: revisions.keep(connection, draft, body, now))
    await shop.hears("1", START)
    tester = (await at(shop, "1")).id
    await shop.database.run(lambda connection: conversations.change_revision(connection, tester, draft))
    assert await publish(shop, GONE, "everybody") == (Plan(), Outcome())


async def test_revisions_that_nobody_uses_are_forgotten(shop: Shop) -> None:
    first = shop.programs.newest
    assert first is not None
    await shop.hears("1", START)  # somebody stands in it
    sources = [FLOWS.replace("How can we help?", f"Help {number}?") for number in range(4)]
    made = [await shop.publish(source) for source in sources]
    await shop.hears("2", START)
    await shop.hears("2", CommandHeard(name="restart"))
    rated = made[-1]
    for _ in range(2):
        made.append(await shop.publish(FLOWS.replace("How can we help?", f"Later {len(made)}?")))

    async def prune(kept: int, days: float) -> set[str]:
        now = shop.clock.now() + timedelta(days=days)
        await shop.database.run(lambda connection: revisions.prune(connection, now, kept))
        return set(await shop.database.read(lambda connection: revisions.beginning_with(connection, "")))

    assert await prune(1, 0) == {first, *made}, "made just now"
    assert await prune(2, 8) == {first, rated, *made[-2:]}
    held = await shop.database.read(lambda connection: revisions.history(connection, 99))
    assert [each.revision for each in held] == [made[-1], made[-2], rated, first]


async def test_the_house_sweeps_them_away_by_itself(shop: Shop) -> None:
    draft, body = revision_of(flow_set(GONE))
    now = shop.clock.now()
    await shop.database.run(lambda connection: revisions.keep(connection, draft, body, now))
    shop.test_clock.pass_by(8 * 86_400)
    sweeping = asyncio.create_task(shop.wakeups.run())
    async with asyncio.timeout(20):
        kept: str | None = body
        while kept is not None:
            kept = await shop.database.read(lambda connection: revisions.body(connection, draft))
            await asyncio.sleep(0.05)
    sweeping.cancel()
