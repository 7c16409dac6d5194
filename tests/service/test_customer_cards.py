"""What agents are told about a customer, and call them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import msgspec
import pytest

from bot.desk_outgoing import KnownCustomer
from bot.engine.inputs import TextHeard
from bot.events import CustomerTagged, CustomerUntagged
from bot.ports import DeskCard, Inbound
from bot.service.desk.customer_cards import Tagging
from bot.service.desk.known_customers import outcome_of
from storage import callbacks, conversations, handoffs
from storage.customer_past import Past
from storage.database import Connection
from tests.service.shop import DESK, START, Shop, tap
from tests.service.test_handoffs import ask_for_a_person

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PHONE = "+989121234567"


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    """The shop, on SQLite."""
    opened = Shop(sqlite_url)
    await opened.publish()
    yield opened
    await opened.close(1)


async def newest_card(shop: Shop, handoff: str) -> DeskCard:
    """The card that the desk was sent first."""
    while True:
        for shown in shop.desk_side.to(f"desk:{handoff}"):
            if isinstance(shown, DeskCard):
                return shown
        await shop.desk_side.wait_for(len(shop.desk_side.sent) + 1)


async def test_the_first_card_says_what_was_before(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    first = await ask_for_a_person(shop)
    assert (await newest_card(shop, first)).known == KnownCustomer()
    await shop.handoffs.take(first, sara, "a1")
    await shop.cards.tag(first, sara, "a2", "#VIP  guest")
    await shop.handoffs.close(first, sara, "a3", disposition="solved")
    await shop.customers.wait_for(4)
    await shop.hears("1", tap(shop.customers.to("1")[-1], "4", "m"))
    second = await ask_for_a_person(shop)
    known = (await newest_card(shop, second)).known
    assert (known.tags, known.past_count) == (("VIP guest",), 1)
    (past,) = known.past
    assert (past.outcome, past.agent_name, past.disposition) == ("handed_off", "Sara", "solved")
    assert (past.score, past.out_of) == (4, 5)


async def test_who_writes_again_soon_is_asked_for_at_the_same_agent_whatever_the_channel(sqlite_url: str) -> None:
    source = DESK.replace("max_wait: 30m", "max_wait: 30m\n    return_to_agent: 24h")
    shop = Shop(sqlite_url, desk_source=source, pulled=frozenset({"webchat"}))
    await shop.publish()
    sara = await shop.add_agent("Sara")
    first = await ask_for_a_person(shop)
    await shop.handoffs.take(first, sara, "a1")
    await shop.handoffs.close(first, sara, "a2")
    visitor = Inbound(channel="webchat", external_id="1", address="v", heard=START)
    page = await shop.turns.take(visitor)
    numbers = [await number_of(shop, conversation) for conversation in (first.partition(".")[0], page.conversation)]
    leila = (await shop.agents.add("Leila", telegram_id=None, queues=[], role="supervisor")).id
    assert (await shop.joining.join(first, sara, "a3", numbers[1])).why == "not_for_role"
    assert (await shop.joining.join(first, leila, "a4", numbers[1])).why == "done"
    asked = msgspec.structs.replace(visitor, external_id="2", heard=TextHeard(text="3", message_id="m"))
    second = f"{(await shop.turns.take(asked)).conversation}.h1"
    known = (await newest_card(shop, second)).known
    assert (known.returns_to, known.returns_from) == ("Sara", numbers[0])
    await shop.close(1)


async def number_of(shop: Shop, conversation: str | None) -> int:
    stored = await shop.database.read(lambda connection: conversations.get(connection, conversation or ""))
    assert stored is not None
    return stored.number


async def test_a_tag_is_kept_once_and_can_be_taken_off(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    assert await shop.cards.tag(handoff, sara, "a1", "vip") == Tagging(why="done", tags=("vip",))
    assert await shop.cards.tag(handoff, sara, "a1", "vip") is None
    assert await shop.cards.tag(handoff, sara, "a2", "VIP") == Tagging(why="same", tags=("vip",))
    assert (await shop.cards.untag(handoff, sara, "a3", "late")) == Tagging(why="same", tags=("vip",))
    assert (await shop.cards.untag(handoff, sara, "a4", "Vip")) == Tagging(why="done")
    for number, word in enumerate(("", "two\x00lines", "x" * 33)):
        assert await shop.cards.tag(handoff, sara, f"b{number}", word) == Tagging(why="unfit")
    for number in range(21):
        last = await shop.cards.tag(handoff, sara, f"c{number}", f"tag {number}")
    assert last is not None
    assert (last.why, len(last.tags)) == ("full", 20)
    again = await shop.cards.tag(handoff, sara, "d1", "Tag 1")
    assert again is not None
    assert again.why == "same"
    events = await shop.events(handoff.partition(".")[0])
    first, second, *_ = [event for event in events if isinstance(event, CustomerTagged | CustomerUntagged)]
    assert (first, second) == (CustomerTagged(tag="vip", agent=sara), CustomerUntagged(tag="vip", agent=sara))


async def test_the_whole_card_has_channels_numbers_and_what_is_open(shop: Shop) -> None:
    await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    other = await ask_for_a_person(shop, "2")
    now = shop.clock.now()

    def leave(connection: Connection) -> None:
        for number, asked in enumerate((handoff, other)):
            kept = handoffs.get(connection, asked)
            assert kept is not None
            wish = callbacks.Request(
                id=f"c{number}",
                conversation_id=kept.conversation_id,
                customer_id=kept.customer_id,
                queue="support",
                phone=PHONE,
                requested_at=now,
            )
            callbacks.request(connection, [wish])

    await shop.database.run(leave)
    card = await shop.cards.card(handoff)
    assert card is not None
    assert (card.name, card.phone) == ("Customer 1", None)
    assert [(reached.channel, reached.name) for reached in card.reached] == [("telegram", "Customer 1")]
    assert [(call.phone, call.queue, call.due_at) for call in card.calls] == [(PHONE, "support", None)]
    assert card.known.same_phone == (await number_of(shop, other.partition(".")[0]),)
    assert await shop.cards.card("nothing.h1") is None


@pytest.mark.parametrize(
    ("state", "because", "agent", "closed", "outcome"),
    [
        (None, None, None, None, "open"),
        (None, None, None, NOW, "contained"),
        ("closed", None, "a", NOW, "handed_off"),
        ("abandoned", "silent", "a", NOW, "handed_off"),
        ("abandoned", "silent", None, NOW, "abandoned"),
        ("abandoned", "callback", None, NOW, "called_back"),
        ("called_back", None, None, NOW, "called_back"),
        ("refused", None, None, NOW, "refused"),
    ],
)
def test_how_a_conversation_ended(
    state: str | None, because: str | None, agent: str | None, closed: datetime | None, outcome: str
) -> None:
    past = Past(
        id="c",
        number=1,
        channel="telegram",
        opened_at=NOW,
        closed_at=closed,
        state=state,
        because=because,
        disposition=None,
        agent_id=agent,
        agent_name=agent,
        score=None,
        survey_kind=None,
    )
    assert outcome_of(past) == outcome
