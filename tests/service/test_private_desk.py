"""Agents alone with the bot: what they see, and to whom their words go, whatever comes late or twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import TypeVar

import msgspec
import pytest
from sqlalchemy import select

from bot.content import Content, RichText
from bot.ports import (
    AnyOutgoing,
    ChannelRefused,
    DeskCard,
    DeskLine,
    DeskOffer,
    DeskOfferOver,
    DeskPrompt,
    DeskState,
    Receipt,
    Say,
)
from bot.service.crowds import private_chat
from bot.service.desk.agent_acts import Answer
from bot.service.limits import Limits, Pace
from bot.service.private.words import PrivateWords
from storage.identifiers import new_id
from storage.private_desk import handoff_of
from storage.tables import RateLimitRow
from tests.service.shop import KeepingChannel, Shop
from tests.service.test_handoffs import ask_for_a_person, said

T = TypeVar("T")

ALI, REZA = 201, 202
DESK = """
queues:
  support: {default: true, dispositions: [solved, spam]}
"""
OFFERING = """
queues:
  support: {default: true, distribution: longest_idle, offer_seconds: 20}
"""

RETURNING = """
queues:
  support: {default: true, return_to_agent: 24h, offer_seconds: 20}
"""


class Chats(KeepingChannel):
    """The agents' private chats: messages of both sides are numbered in the order in which they stand there."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = count(1000)
        self.lost: set[str] = set()
        self.refused: type[AnyOutgoing] | None = None

    async def send(self, address: str, outgoing: AnyOutgoing, thread: str | None) -> Receipt:
        if address in self.lost:
            raise ChannelRefused("blocked", "bot was blocked by the user")
        if self.refused is not None and isinstance(outgoing, self.refused):
            raise ChannelRefused("refused", "message is too strange")
        await super().send(address, outgoing, thread)
        return Receipt(message_id=str(next(self.numbers)))


class Agent:
    """One agent, whose inputs are numbered as they make them."""

    inputs = count(1)

    def __init__(self, shop: Shop, chats: Chats, agent: str, telegram_id: int) -> None:
        self.shop, self.chats, self.id, self.telegram_id = shop, chats, agent, telegram_id

    def writes(self, text: str, reply_to: int | None = None, album: str | None = None) -> PrivateWords:
        """What is written now, and comes when `say` brings it."""
        return PrivateWords(
            agent=self.id,
            telegram_id=self.telegram_id,
            number=next(self.inputs),
            message_id=next(self.chats.numbers),
            content=Content(text=RichText(text=text), album=album),
            reply_to=reply_to,
            language="en",
        )

    async def say(self, *written: PrivateWords) -> None:
        for words in written:
            await self.shop.private_desk.say(words)
        await settled(self.shop)

    async def take(self, handoff: str) -> Answer:
        answer = await self.shop.handoffs.take(handoff, self.id, new_id())
        await settled(self.shop)
        return answer

    async def faces(self, handoff: str, number: int | None = None) -> str:
        card = await self.shop.agents.with_telegram(self.telegram_id)
        assert card is not None
        answer, _ = await self.shop.private_desk.face(card, number or next(self.inputs), handoff, "en")
        await settled(self.shop)
        return answer.why

    async def sends(self, question: PrivateWords, handoff: str, number: int | None = None) -> str:
        card = await self.shop.agents.with_telegram(self.telegram_id)
        assert card is not None
        answer, _ = await self.shop.private_desk.send_held(
            card, number or next(self.inputs), question.message_id, handoff
        )
        await settled(self.shop)
        return answer.why

    def sees(self, kind: type[T]) -> list[T]:
        return [one for one in self.chats.to(f"private:{self.telegram_id}") if isinstance(one, kind)]

    def is_told(self) -> str:
        """What the house says last."""
        return self.sees(DeskPrompt)[-1].says


async def settled(shop: Shop) -> None:
    """Until nothing is under way to anybody."""
    while shop.delivery._tasks:
        await asyncio.wait(shop.delivery._tasks)


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    async with opened(sqlite_url, DESK) as shop:
        yield shop


@asynccontextmanager
async def opened(url: str, desk: str, limits: dict[str, Limits] | None = None) -> AsyncIterator[Shop]:
    shop = Shop(url, desk_source=desk, sides=(KeepingChannel(), Chats()), limits=limits)
    await shop.publish()
    yield shop
    await shop.close(1)


async def agent_in(shop: Shop, name: str, telegram_id: int) -> Agent:
    """Somebody who works alone."""
    added = await shop.agents.add(name, telegram_id=telegram_id, queues=["support"], works_privately=True)
    assert isinstance(shop.desk_side, Chats)
    return Agent(shop, shop.desk_side, added.id, telegram_id)


async def taken_by(agent: Agent, *customers: str) -> list[str]:
    """These customers ask for a person, and the agent takes them. Gives the hand-offs."""
    handoffs = [await ask_for_a_person(agent.shop, customer) for customer in customers]
    for handoff in handoffs:
        await agent.take(handoff)
    return handoffs


def heard_by(shop: Shop, customer: str) -> list[str]:
    """What agents have said to a customer."""
    return [
        one.content.text.text for one in shop.customers.to(customer) if isinstance(one, Say) and one.handoff is not None
    ]


async def test_of_those_who_see_a_customer_one_takes_them_and_the_others_see_who(shop: Shop) -> None:
    ali, reza = await agent_in(shop, "Ali", ALI), await agent_in(shop, "Reza", REZA)
    handoff = await ask_for_a_person(shop)
    await settled(shop)
    answers = await asyncio.gather(*(shop.handoffs.take(handoff, one.id, new_id()) for one in (ali, reza)))
    await settled(shop)
    assert sorted(answer.why for answer in answers) == ["done", "theirs"]
    winner, loser = (ali, reza) if answers[0].why == "done" else (reza, ali)
    assert [over.outcome for over in winner.sees(DeskOfferOver)] == ["accepted"]
    assert [over.taken_by for over in loser.sees(DeskOfferOver)] == ["Ali" if winner is ali else "Reza"]
    assert all(over.message is not None for one in (ali, reza) for over in one.sees(DeskOfferOver))
    assert [card.is_faced for card in winner.sees(DeskCard)] == [True]
    assert loser.sees(DeskCard) == []


async def test_words_that_come_late_go_to_nobody_but_whom_the_agent_chooses(database_url: str) -> None:
    async with opened(database_url, DESK) as shop:
        ali = await agent_in(shop, "Ali", ALI)
        first, second = await taken_by(ali, "1", "2")
        late = ali.writes("for the first")
        assert await ali.faces(second) == "done"
        await ali.say(late)
        assert (heard_by(shop, "1"), heard_by(shop, "2")) == ([], [])
        assert ali.is_told() == "to_whom"
        mended = msgspec.structs.replace(late, number=next(ali.inputs), content=said("For the first"))
        await shop.private_desk.edit(mended)
        press = next(ali.inputs)
        assert await ali.sends(late, first, press) == "done"
        assert await ali.sends(late, first, press) == "again"
        assert await ali.sends(late, second) == "unknown"
        assert (heard_by(shop, "1"), heard_by(shop, "2")) == (["For the first"], [])


async def test_of_two_choices_the_later_one_counts_in_whatever_order_they_come(shop: Shop) -> None:
    ali = await agent_in(shop, "Ali", ALI)
    first, second = await taken_by(ali, "1", "2")
    earlier, later = next(ali.inputs), next(ali.inputs)
    assert await ali.faces(second, later) == "done"
    assert await ali.faces(first, earlier) == "again"
    await ali.say(ali.writes("for the second"))
    assert (heard_by(shop, "1"), heard_by(shop, "2")) == ([], ["for the second"])


async def test_the_same_words_twice_are_said_once(shop: Shop) -> None:
    ali = await agent_in(shop, "Ali", ALI)
    _, second = await taken_by(ali, "1", "2")
    words = ali.writes("once")
    await ali.say(words, words)
    await ali.faces(second)
    await ali.say(words)
    assert (heard_by(shop, "1"), heard_by(shop, "2")) == (["once"], [])


async def test_words_written_before_a_customer_was_seen_are_not_for_them(shop: Shop) -> None:
    ali = await agent_in(shop, "Ali", ALI)
    blind = ali.writes("Is anybody there?")
    await taken_by(ali, "1")
    await ali.say(blind)
    assert heard_by(shop, "1") == []
    assert ali.is_told() == "to_whom"
    await ali.say(ali.writes("Hello"))
    assert heard_by(shop, "1") == ["Hello"]


async def test_who_is_given_a_customer_still_writes_to_whom_they_faced(shop: Shop) -> None:
    ali, reza = await agent_in(shop, "Ali", ALI), await agent_in(shop, "Reza", REZA)
    [first] = await taken_by(ali, "1")
    [second] = await taken_by(reza, "2")
    typing = ali.writes("for the first")
    await shop.handoffs.close(first, ali.id, new_id(), disposition="solved")
    await shop.handoffs.transfer(second, reza.id, new_id(), to_agent=ali.id)
    await settled(shop)
    await ali.say(typing, ali.writes("and this"))
    assert (heard_by(shop, "1"), heard_by(shop, "2")) == ([], [])
    assert [one.says for one in ali.sees(DeskPrompt)[-2:]] == ["over", "over"]
    assert [one.handoff for one in ali.sees(DeskPrompt)[-1].choices] == [second]
    assert [state.agent_name for state in reza.sees(DeskState)] == ["Ali"]


async def test_an_album_stays_together(shop: Shop) -> None:
    ali = await agent_in(shop, "Ali", ALI)
    first, second = await taken_by(ali, "1", "2")
    await shop.hears("2", "Look")
    await settled(shop)
    line = ali.sees(DeskLine)[-1]
    assert line.handoff == second
    to_second = await shop.database.read(
        lambda connection: next(number for number in range(1000, 2000) if handoff_of(connection, ALI, number) == second)
    )
    parts = [ali.writes("one", to_second, "album"), ali.writes("two", None, "album")]
    await ali.say(*parts)
    assert (heard_by(shop, "1"), heard_by(shop, "2")) == ([], ["one", "two"])
    third = ali.writes("three", None, "other"), ali.writes("four", None, "other")
    await shop.handoffs.close(first, ali.id, new_id(), disposition="solved")
    await taken_by(ali, "3")
    await ali.say(*third)
    assert [one.says for one in ali.sees(DeskPrompt)] == ["to_whom"]
    await ali.sends(third[0], second)
    assert heard_by(shop, "2") == ["one", "two", "three", "four"]


async def test_who_cannot_be_reached_has_nobody(shop: Shop) -> None:
    shop.installation.supervisors = -77
    ali = await agent_in(shop, "Ali", ALI)
    first, _ = await taken_by(ali, "1", "2")
    reza = await agent_in(shop, "Reza", REZA)
    ali.chats.lost.add(f"private:{ALI}")
    await shop.hears("1", "Are you there?")
    await settled(shop)
    await shop.wakeups.wake_due()
    await settled(shop)
    assert [offer.seconds for offer in reza.sees(DeskOffer)] == [0, 0]
    [told] = shop.customers.texts("-77")
    assert told.startswith("Ali can't be reached in their private chat")
    card = await shop.agents.with_telegram(ALI)
    assert card is not None
    assert (card.presence, card.presence_reason, card.load) == ("away", "unreachable", 0)
    await reza.take(first)
    assert "Are you there?" in [what for _, what in reza.sees(DeskCard)[-1].transcript]


async def test_offers_are_accepted_declined_and_lapse_alone_too(sqlite_url: str) -> None:
    async with opened(sqlite_url, OFFERING) as shop:
        ali, reza = await agent_in(shop, "Ali", ALI), await agent_in(shop, "Reza", REZA)
        handoff = await ask_for_a_person(shop)
        await shop.routing.route()
        await settled(shop)
        first, second = (ali, reza) if ali.sees(DeskOffer) else (reza, ali)
        assert second.sees(DeskOffer) == []
        assert [offer.seconds for offer in first.sees(DeskOffer)] == [20]
        await shop.handoffs.decline(handoff, first.id, new_id())
        await shop.routing.route()
        await settled(shop)
        assert [over.outcome for over in first.sees(DeskOfferOver)] == ["declined"]
        assert [offer.seconds for offer in second.sees(DeskOffer)] == [20]
        shop.test_clock.pass_by(21)
        await shop.wakeups.wake_due()
        await settled(shop)
        assert [over.outcome for over in second.sees(DeskOfferOver)] == ["lapsed"]
        assert (await second.take(handoff)).why == "done"
        await second.say(second.writes("Hello"))
        assert heard_by(shop, "1") == ["Hello"]


async def test_each_private_chat_has_one_pace_for_whatever_is_said_there(sqlite_url: str) -> None:
    pace = Pace(interval_seconds=100, burst=10)
    async with opened(sqlite_url, DESK, {"desk": Limits(account="telegram", per_chat=pace)}) as shop:
        ali = await agent_in(shop, "Ali", ALI)
        began = shop.clock.now()
        await taken_by(ali, "1")  # an offer, which is changed then, and a card
        for number in range(3):
            await shop.hears("1", f"line {number}")
        await shop.crowds.wait("desk", private_chat(ALI), 1, 0.0)
        await settled(shop)
        assert [one.content.text.text for one in ali.sees(DeskLine)] == ["line 0", "line 1", "line 2"]
        spoken_for = select(RateLimitRow.next_at).where(RateLimitRow.key == f"telegram private:{ALI}")
        until = await shop.database.read(lambda connection: connection.execute(spoken_for).scalar_one())
        assert round((until - began).total_seconds() / 100) == 6


async def test_an_offer_of_long_ago_is_not_the_card_of_somebody_who_is_given(shop: Shop) -> None:
    ali, reza = await agent_in(shop, "Ali", ALI), await agent_in(shop, "Reza", REZA)
    [first] = await taken_by(reza, "1")
    assert [offer.handoff for offer in ali.sees(DeskOffer)] == [first]
    blind = ali.writes("Is anybody there?")
    await shop.handoffs.transfer(first, reza.id, new_id(), to_agent=ali.id)
    await settled(shop)
    await ali.say(blind)
    assert (heard_by(shop, "1"), ali.is_told()) == ([], "to_whom")
    await ali.say(ali.writes("Hello"))
    assert heard_by(shop, "1") == ["Hello"]


async def test_a_card_that_cannot_be_shown_costs_nobody_their_customer(shop: Shop) -> None:
    ali = await agent_in(shop, "Ali", ALI)
    ali.chats.refused = DeskCard
    [first] = await taken_by(ali, "1")
    [line] = ali.sees(DeskLine)
    assert line.content.text.text == "A message of the customer could not be shown here."
    assert await ali.faces(first) == "done"
    await ali.say(ali.writes("Hello"))
    assert heard_by(shop, "1") == ["Hello"]


async def test_who_had_a_customer_is_asked_first_and_then_sees_them_as_all_others_do(sqlite_url: str) -> None:
    async with opened(sqlite_url, RETURNING) as shop:
        ali, reza = await agent_in(shop, "Ali", ALI), await agent_in(shop, "Reza", REZA)
        [first] = await taken_by(ali, "1")
        await shop.handoffs.close(first, ali.id, new_id())
        await settled(shop)
        again = await ask_for_a_person(shop)
        await shop.routing.route()
        await settled(shop)
        assert [offer.seconds for offer in ali.sees(DeskOffer) if offer.handoff == again] == [20]
        assert [offer.seconds for offer in reza.sees(DeskOffer) if offer.handoff == again] == [0]
        shop.test_clock.pass_by(21)
        await shop.wakeups.wake_due()
        await settled(shop)
        assert [offer.seconds for offer in ali.sees(DeskOffer) if offer.handoff == again] == [20, 0]
