"""What goes together: the parts of an album, and lines that had to wait for their group."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.content import Attachment, Content, RichText
from bot.ports import AnyOutgoing, Bundle, DeskCard, DeskLine, DeskOffer, DeskOfferOver, DeskState, Receipt
from bot.service import bundles
from bot.service.crowds import Crowds
from bot.service.delivery import Behind
from bot.service.limits import Limits, Pace
from bot.service.parcels import Parcel
from bot.service.settling import Settling
from bot.service.slots import Slots
from tests.service.shop import Shop
from tests.service.test_handoffs import ask_for_a_person, shown

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CROWDED = {"desk": Limits(account="telegram", per_group=Pace(interval_seconds=0.05))}


@pytest.fixture
async def shop(sqlite_url: str) -> AsyncIterator[Shop]:
    opened = Shop(sqlite_url)
    await opened.publish()
    yield opened
    await opened.close(1)


def parcel(outgoing: AnyOutgoing, number: int = 1) -> Parcel:
    return Parcel(
        id=number,
        conversation="c",
        event_number=None,
        channel="desk",
        address="desk:h",
        outgoing=outgoing,
        due_at=NOW,
        leased_until=NOW + timedelta(minutes=1),
    )


def line(
    text: str = "", *, author: str | None = "Sara", to: str = "", edited: bool = False, **content: object
) -> Parcel:
    said = Content(text=RichText(text=text), **content)  # type: ignore[arg-type]
    return parcel(DeskLine(handoff="h", content=said, author=author, to=to, edited=edited))


def part(album: str | None = "a", kind: str = "photo", file: str = "telegram:F", text: str = "") -> Parcel:
    return line(text, attachment=Attachment(kind=kind, file=file), album=album)  # type: ignore[arg-type]


def test_an_album_ends_where_another_or_something_else_begins() -> None:
    assert len(bundles.album(part(), [part(), part(kind="video"), part("b"), part()])) == 3
    assert len(bundles.album(part(), [part(kind="document"), part()])) == 1
    assert len(bundles.album(part(), [line("And this?"), part()])) == 1
    assert len(bundles.album(part(), [part() for _ in range(14)])) == bundles.ALBUM_PARTS
    assert len(bundles.album(part(kind="voice"), [part(kind="voice")])) == 1
    assert len(bundles.album(part(text="x" * 1001), [part()])) == 1
    assert len(bundles.album(part(file="upload:1"), [part(file="upload:2")])) == 1
    assert not bundles.is_in_album(part(None))


def test_lines_read_on_as_long_as_one_author_writes_plain_text() -> None:
    assert len(bundles.lines(line("a"), [line("b"), line("c")])) == 3
    assert len(bundles.lines(line("a", reply_to="7"), [line("b")])) == 2
    assert len(bundles.lines(line("a"), [line("b", reply_to="7")])) == 1
    assert len(bundles.lines(line("a"), [line("b", edited=True)])) == 1
    assert len(bundles.lines(line("a"), [line("b", author=None), line("c")])) == 1
    assert len(bundles.lines(line("a"), [part(), line("c")])) == 1
    assert len(bundles.lines(line("a", to="private:1"), [line("b", to="private:1")])) == 1
    assert len(bundles.lines(line("😀" * 1000), [line("😀" * 700), line("😀" * 700)])) == 2


def test_what_only_changes_messages_takes_no_place_in_a_group() -> None:
    state = DeskState(handoff="h", number=1, state="taken", queue="q", customer="Sara")
    assert bundles.messages_in(state) == 0
    told = DeskState(handoff="h", number=1, state="released", queue="q", customer="Sara", is_told=True)
    assert bundles.messages_in(told) == 1
    over = DeskOfferOver(handoff="h", number=1, agent="a", agent_name="Ali", customer="Sara", outcome="declined")
    assert bundles.messages_in(over) == 0
    assert bundles.messages_in(line("x" * 4097).outgoing) == 2
    assert bundles.messages_in(bundles.bundled([part().outgoing, part().outgoing])) == 2
    assert bundles.messages_in(bundles.bundled([line("a").outgoing, line("b").outgoing])) == 1


def test_every_part_knows_its_message() -> None:
    assert [one.message_id for one in bundles.receipts(2, Receipt(message_ids=("5", "6")))] == ["5", "6"]
    assert [one.message_id for one in bundles.receipts(2, Receipt(message_id="5"))] == ["5", "5"]


async def test_what_is_behind_a_row_stays_behind_it_when_those_before_it_are_done(shop: Shop) -> None:
    queue = deque(parcel(line(str(number)).outgoing, number) for number in range(4))
    behind = Behind(shop.delivery, ("desk", "desk:h"), queue, queue[1])
    queue.popleft()
    assert [row.id for row in behind.rows()] == [2, 3]


async def test_who_is_most_pressed_goes_first(shop: Shop) -> None:
    shop.installation.limits = CROWDED
    crowds = Crowds(slots=Slots(shop.turns, shop.clock), installation=shop.installation, clock=shop.clock)
    went: list[str] = []

    async def come(name: str, patience: float, messages: int = 1) -> None:
        await crowds.wait("desk", "-100", messages, patience)
        went.append(name)

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        for name, patience in (("first", 0.0), ("card", 15.0), ("unheld", 30.0), ("line", 0.0), ("album", 0.0)):
            group.create_task(come(name, patience, 3 if name == "album" else 1))
    assert went == ["first", "line", "album", "card", "unheld"]


async def test_who_gives_up_waiting_holds_nobody_back(shop: Shop) -> None:
    shop.installation.limits = CROWDED
    crowds = Crowds(slots=Slots(shop.turns, shop.clock), installation=shop.installation, clock=shop.clock)
    waiting = [asyncio.create_task(crowds.wait("desk", "-100", 1, 0.0)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[1].cancel()
    async with asyncio.timeout(20):
        await asyncio.gather(waiting[0], waiting[2])


async def test_a_card_that_had_to_wait_has_all_that_was_said_meanwhile(shop: Shop) -> None:
    shop.installation.limits = {"desk": Limits(account="telegram", per_group=Pace(interval_seconds=2.5))}
    await shop.add_agent("Ali")
    await ask_for_a_person(shop, "1")
    handoff = await ask_for_a_person(shop, "2")
    await shop.hears("2", "It is about my order")
    await shop.hears("2", "number 17")
    await shop.desk_side.wait_for(2)
    [card] = shown(shop, handoff)
    assert isinstance(card, DeskCard)
    assert card.transcript[-2:] == (("Customer 2", "It is about my order"), ("Customer 2", "number 17"))
    await shop.delivery.close(5.0)
    assert shown(shop, handoff) == [card]


async def test_an_offer_that_was_over_before_it_could_be_shown_is_not(shop: Shop) -> None:
    agent = await shop.add_agent("Ali")
    handoff = await ask_for_a_person(shop)
    await shop.desk_side.wait_for(1)
    [card] = shown(shop, handoff)
    assert isinstance(card, DeskCard)
    late = DeskOffer(
        handoff=handoff,
        number=card.number,
        agent=agent,
        agent_name="Ali",
        telegram_id=None,
        queue="support",
        customer="Customer 1",
        language="en",
        reason="step",
        seconds=30,
    )
    settling = Settling(database=shop.database, turns=shop.turns, clock=shop.clock)
    outgoing, _ = await settling.addressed(parcel(late))
    assert isinstance(outgoing, DeskOfferOver)
    assert bundles.messages_in(outgoing) == 0


async def test_lines_that_waited_for_their_group_are_read_in_one_go(shop: Shop) -> None:
    agent = await shop.add_agent("Ali")
    handoff = await ask_for_a_person(shop)
    await shop.desk_side.wait_for(1)
    await shop.handoffs.take(handoff, agent, "take")
    await shop.desk_side.wait_for(2)
    shop.installation.limits = {"desk": Limits(account="telegram", per_group=Pace(interval_seconds=2.5))}
    for text in ("one", "two", "three", "four"):
        await shop.hears("1", text)
    await shop.desk_side.wait_for(4)
    first, second = shown(shop, handoff)[2:]
    assert isinstance(first, DeskLine)
    assert first.content.text.text == "one"
    assert isinstance(second, Bundle)
    assert [one.content.text.text for one in second.parts] == ["two", "three", "four"]
