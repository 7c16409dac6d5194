"""Flows that are tried before they are published."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.inputs import CommandHeard
from bot.events import HandoffRequested
from bot.ports import Inbound
from bot.service.drafts import Drafts
from bot.service.publishing import Publishing
from storage import conversations, reporting, revisions
from storage.conversations import Stored
from storage.identifiers import new_id
from tests.service.shop import FLOWS, START, Shop

DRAFT = FLOWS.replace("How can we help?", "What can we try?")
TESTER = "300"


class Tester:
    """A supervisor of the desk with a folder of flows."""

    __test__ = False

    def __init__(self, shop: Shop, folder: Path) -> None:
        self.shop = shop
        self.file = folder / "main.yaml"
        folder.mkdir()
        self.file.write_text(DRAFT, encoding="utf-8")
        publishing = Publishing(
            database=shop.database, programs=shop.programs, folder=folder, desk=None, clock=shop.clock
        )
        self.drafts = Drafts(database=shop.database, turns=shop.turns, publishing=publishing, agents=shop.agents)

    async def asks(self, argument: str = "", *, address: str = TESTER, update: str | None = None) -> bool:
        heard = CommandHeard(name="draft", argument=argument)
        inbound = Inbound(
            channel="telegram", external_id=update or new_id(), address=address, heard=heard, language="en-US"
        )
        return await self.drafts.take(inbound, argument)

    async def stands(self, address: str = TESTER) -> Stored:
        stored = await self.shop.database.read(lambda connection: conversations.latest(connection, "telegram", address))
        assert stored is not None
        return stored

    async def is_told(self, text: str) -> None:
        """The next thing that reaches the tester begins so."""
        count = len(self.shop.customers.sent)
        await self.shop.customers.wait_for(max(1, count))
        while not any(said.startswith(text) for said in self.shop.customers.texts(TESTER)):
            count += 1
            await self.shop.customers.wait_for(count)


@pytest.fixture
async def tester(shop: Shop, tmp_path: Path) -> Tester:
    await shop.agents.add("Mina", telegram_id=int(TESTER), queues=("support",), role="supervisor")
    await shop.agents.add("Ali", telegram_id=301, queues=("support",))
    shop.run()
    return Tester(shop, tmp_path / "flows")


async def test_a_tester_tries_the_folder_and_goes_back(tester: Tester) -> None:
    shop = tester.shop
    await shop.hears(TESTER, START)
    first = await tester.stands()
    assert await tester.asks(update="7")
    assert await tester.asks(update="7"), "the same update again"
    await tester.is_told("This conversation runs on revision")
    await tester.is_told("What can we try?")
    draft = await tester.stands()
    assert await shop.kinds(first.id) == [
        *("ConversationOpened", "CustomerSaid", "FlowStarted", "StepReached", "BotSaid"),
        *("FlowEnded", "ConversationClosed"),
    ]
    assert draft.number == first.number + 1
    assert draft.revision != shop.programs.newest
    await shop.hears("1", START)
    assert (await tester.stands("1")).revision == shop.programs.newest
    assert await shop.database.read(lambda connection: len(revisions.history(connection, 9))) == 1
    for back in ("off", shop.programs.newest or ""):
        assert await tester.asks(back)
        await tester.is_told("This is what customers see.")
        assert (await tester.stands()).revision == shop.programs.newest
        shop.customers.sent.clear()
    assert await tester.asks(draft.revision[:6].upper()), "kept for whoever wants to try it"
    assert (await tester.stands()).revision == draft.revision
    trials = {draft.number, (await tester.stands()).number}
    start, end = shop.clock.now() - timedelta(days=1), shop.clock.now() + timedelta(days=1)
    facts = await shop.database.read(lambda connection: reporting.read_facts(connection, start, end, with_flows=False))
    assert facts.contacts
    assert not trials & {contact.number for contact in facts.contacts}, "who tries flows is no customer"


async def test_what_can_not_be_tried_is_told(tester: Tester) -> None:
    tester.file.write_text("flows: {main: {start: true, steps: [{sya: x}]}}", encoding="utf-8")
    assert await tester.asks()
    await tester.is_told("The flows have errors, so there is nothing to try:\n")
    assert "main.yaml:1:" in tester.shop.customers.texts(TESTER)[-1]
    assert await tester.asks("zz")
    await tester.is_told("There is no revision zz.")
    tester.file.unlink()
    tester.file.parent.rmdir()
    assert await tester.asks()
    await tester.is_told("The flow folder can't be read.")


async def test_a_tester_with_a_person_stays_there_and_one_who_waits_for_a_person_leaves_the_queue(
    tester: Tester,
) -> None:
    shop = tester.shop
    ali = await shop.agents.with_telegram(301)
    assert ali is not None
    await shop.hears(TESTER, START)
    await shop.hears(TESTER, "3")
    waits = await tester.stands()
    assert await tester.asks()
    await tester.is_told("This conversation runs on revision")
    assert (await shop.kinds(waits.id))[-3:] == ["FlowEnded", "ConversationClosed", "HandoffAbandoned"]
    shop.customers.sent.clear()
    await shop.hears(TESTER, "3")
    with_a_person = await tester.stands()
    assert with_a_person.handoff_id is not None
    requested = [event for event in await shop.events(with_a_person.id) if isinstance(event, HandoffRequested)]
    assert [event.reason for event in requested] == ["trial"], "agents read that it is no customer"
    await shop.handoffs.take(with_a_person.handoff_id, ali.id, "take")
    assert await tester.asks("off")
    await tester.is_told("You are talking with a person.")
    assert (await tester.stands()).id == with_a_person.id


async def test_a_tester_is_left_with_one_question_s_buttons(tester: Tester) -> None:
    await tester.shop.hears(TESTER, START)
    await tester.shop.customers.wait_for(1)
    assert await tester.asks()
    await tester.shop.customers.hide(1)
    assert tester.shop.customers.hidden == ["m1"]


async def test_for_others_it_is_a_command_like_any_other(tester: Tester) -> None:
    assert not await tester.asks(address="301"), "an agent who is no supervisor"
    assert not await tester.asks(address="1")
