"""Tickets at the desk: one agent has each, the customer gets the answer wherever they are, and can add to it."""

import asyncio
from datetime import timedelta

import pytest

from bot.content import Attachment, Content, RichText
from bot.engine.inputs import AnyHeard, CustomerBlocked, MediaHeard, TapHeard
from bot.events import BotSaid, TicketAnswered, TicketReopened, TicketTaken
from bot.ports import AnyOutgoing, ChannelRefused, DeskTicket, DeskTicketLine, Say
from bot.service.departments.ticket_acts import TicketAnswer
from storage import tickets
from tests.service.shop import DESK, START, KeepingChannel, Shop, TestClock

FLOWS = """
settings: {languages: [en, fa], queue: support}
slots: {what: {type: text}, name: {type: text}, photos: {type: list}}
flows:
  main:
    start: true
    description: the shop
    steps:
      - id: top
        menu: How can we help?
        options:
          - {label: Complain, then: [{call: complain, next: top}]}
          - {label: Your name, then: [{call: naming, next: top}]}
          - {label: A person, then: person}
          - {label: Bye, then: END}
      - {id: person, handoff: support, next: END}
  complain:
    description: complaints
    if: false
    steps:
      - {collect: what, ask: What happened?}
      - {collect: photos, ask: Photos?, files: {max: 1}}
      - {ticket: complaints, kind: complaint, title: "{what}", share: [what], attach: [photos]}
  naming:
    description: names
    if: false
    steps:
      - {collect: name, ask: What is your name?}
      - say: "Hello {name}."
"""
DEPARTMENTS = """
departments:
  complaints: {name: {en: Complaints, fa: شکایات}, due: 3d, chat: -500}
  ideas: {name: {en: Ideas}}
"""


class House(Shop):
    """A shop where Sara has complained about a late parcel, with a photo."""

    ali: str
    reza: str
    number: int
    ticket: str

    async def complain(self) -> None:
        await self.publish(FLOWS)
        self.ali, self.reza = await self.add_agent("Ali"), await self.add_agent("Reza")
        await self.hears("1", START)
        await self.tap("1", "Complain")
        await self.hears("1", "late parcel")
        await self.hears("1", MediaHeard(attachment=Attachment(kind="photo", file="telegram:p"), message_id="p"))
        (ticket,) = await self.listed()
        self.number, self.ticket = ticket.number, ticket.id
        await self.desk_side.wait_for(2)
        await self.customers.wait_for(5)

    async def listed(self, *states: tickets.State) -> list[tickets.Ticket]:
        wanted = states or tickets.UNFINISHED
        return await self.database.read(lambda connection: tickets.listed(connection, wanted, None, 10))

    async def stands(self) -> tickets.Ticket:
        found = await self.database.read(lambda connection: tickets.get(connection, self.ticket))
        assert found is not None
        return found

    async def tap(self, address: str, label: str) -> None:
        """Tap the newest button of this label, once it is there."""
        async with asyncio.timeout(20):
            while (token := self.token(address, label)) is None:
                await self.customers.wait_for(len(self.customers.sent) + 1)
        await self.hears(address, TapHeard(token=token))

    def token(self, address: str, label: str) -> str | None:
        said = [one for one in self.customers.to(address) if isinstance(one, Say)]
        choices = [choice for one in said for choice in one.choices if choice.label == label]
        return choices[-1].token if choices else None

    async def answer(self, agent: str, text: str, message_id: str = "a1") -> TicketAnswer:
        content = Content(text=RichText(text=text))
        return await self.tickets.answer(self.number, agent, f"{agent} {text}", content, message_id)

    async def seen(self, count: int) -> list[AnyOutgoing]:
        """What departments have seen of the ticket, once it is so much."""
        await self.desk_side.wait_for(count)
        return self.desk_side.to(f"ticket:{self.ticket}")

    async def said(self, text: str) -> str:
        """What the customer was told that has these words in it."""
        async with asyncio.timeout(20):
            while not (found := [one for one in self.customers.texts("1") if text in one]):
                await self.customers.wait_for(len(self.customers.sent) + 1)
        return found[-1]


@pytest.fixture
async def house(sqlite_url: str) -> House:
    house = House(sqlite_url, desk_source=DESK + DEPARTMENTS)
    await house.complain()
    return house


async def test_its_department_sees_it_with_all_that_came_with_it(house: House) -> None:
    card, photo = await house.seen(2)
    assert isinstance(card, DeskTicket)
    assert (card.department, card.title, card.customer, card.group) == (
        "Complaints",
        "late parcel",
        "Customer 1",
        "-500",
    )
    assert card.due_at is not None
    assert isinstance(photo, DeskTicketLine)
    assert photo.content.attachment == Attachment(kind="photo", file="telegram:p")
    await house.close(1)


async def test_of_two_who_take_it_one_has_it_and_the_other_learns_who(house: House) -> None:
    answers = await asyncio.gather(
        house.tickets.take(house.number, house.ali, "t1"), house.tickets.take(house.number, house.reza, "t2")
    )
    winner = "Ali" if answers[0].done else "Reza"
    assert sorted((answer.why, answer.agent_name) for answer in answers) == [("done", winner), ("theirs", winner)]
    await house.close(1)


async def test_who_has_not_got_it_changes_nothing_until_its_agent_has_left(house: House) -> None:
    await house.tickets.take(house.number, house.ali, "t1")
    assert (await house.answer(house.reza, "Mine")).why == "theirs"
    assert (await house.tickets.close(house.number, house.reza, "t3")).why == "theirs"
    await house.agents.remove(house.ali)
    assert (await house.tickets.take(house.number, house.reza, "t4")).done, "who has left keeps nothing"
    await house.close(1)


async def test_the_answer_comes_between_and_what_was_asked_stays_asked(house: House) -> None:
    await house.tap("1", "Your name")
    assert (await house.answer(house.ali, "Tomorrow at noon.")).done
    told = await house.said("Tomorrow at noon.")
    assert told == f"Complaints has answered case {house.number}, “late parcel”:\n\nTomorrow at noon."
    await house.hears("1", "Sara")
    await house.said("Hello Sara.")
    stands = await house.stands()
    assert (stands.state, stands.agent_id) == ("answered", house.ali)
    (card,) = [one for one in await house.seen(3) if isinstance(one, DeskTicket) and one.state == "answered"]
    assert card.agent_name == "Ali"
    await house.close(1)


async def test_the_customer_adds_words_and_it_is_open_again(house: House) -> None:
    await house.tap("1", "Your name")
    await house.answer(house.ali, "Tomorrow at noon.")
    await house.tap("1", f"Reply about case {house.number}")
    await house.hears("1", "That is too late!")
    await house.said("we've added it to case")
    *_, asked_again = house.customers.texts("1")
    assert asked_again == "What is your name?"
    stands = await house.stands()
    assert (stands.state, stands.agent_id) == ("taken", house.ali)
    seen = await house.seen(5)
    lines = [one.content.text.text for one in seen if isinstance(one, DeskTicketLine) and one.what == "said"]
    assert lines[-1] == "That is too late!"
    assert any(isinstance(event, TicketReopened) for event in await house.events(stands.conversation_id))
    await house.close(1)


async def test_who_has_left_is_told_and_can_still_reply(house: House) -> None:
    await house.tap("1", "Bye")
    await house.tickets.take(house.number, house.ali, "t1")
    await house.tickets.close(house.number, house.ali, "t2")
    await house.said("“late parcel”, is closed.")
    await house.tap("1", f"Reply about case {house.number}")
    await house.said("What would you like to add")
    await house.hears("1", MediaHeard(attachment=Attachment(kind="photo", file="telegram:q"), caption="Look!"))
    seen = await house.seen(6)
    (added,) = [one for one in seen if isinstance(one, DeskTicketLine) and one.content.text.text == "Look!"]
    assert added.content.attachment is not None
    assert (await house.stands()).state == "taken"
    await house.close(1)


async def test_a_correction_is_told_as_such_and_only_by_who_answered(house: House) -> None:
    await house.answer(house.ali, "Tomorrow at noon.", "a1")
    new = Content(text=RichText(text="Today at noon."))
    assert (await house.tickets.correct(house.number, house.reza, "c1", new, "a1")).why == "nothing"
    assert (await house.tickets.correct(house.number, house.ali, "c2", new, "a2")).why == "nothing"
    assert (await house.tickets.correct(house.number, house.ali, "c3", new, "a1")).done
    told = await house.said("Today at noon.")
    assert told.startswith(f"A correction to our answer in case {house.number}:\n\n")
    assert (await house.tickets.correct(house.number, house.ali, "c4", new, "a1")).why == "nothing"
    await house.close(1)


async def test_notes_stay_inside_and_moves_begin_anew(house: House) -> None:
    await house.tickets.take(house.number, house.ali, "t1")
    await house.tickets.note(house.number, house.reza, "n1", "a regular")
    assert (await house.tickets.move(house.number, house.ali, "m1", "idea")).why == "unknown_department"
    assert (await house.tickets.move(house.number, house.ali, "m2", "ideas")).done
    before = await house.stands()
    assert (before.department, before.state, before.agent_id) == ("ideas", "open", None)
    assert before.due_at is not None, "what the customer was promised stays"
    left, there = [one for one in (await house.seen(5))[-2:] if isinstance(one, DeskTicket)]
    assert (left.state, left.group, left.card is not None) == ("moved", "-500", True)
    assert (there.state, there.group, there.department) == ("open", "-100", "Ideas")
    assert not [text for text in house.customers.texts("1") if "regular" in text]
    await house.close(1)


async def test_who_is_late_is_reminded_once(house: House) -> None:
    house.test_clock.pass_by(timedelta(days=3, minutes=1).total_seconds())
    await house.wakeups.wake_due()
    await house.wakeups.wake_due()
    due = [one for one in await house.seen(3) if isinstance(one, DeskTicketLine) and one.what == "due"]
    assert len(due) == 1
    await house.close(1)


async def test_the_department_learns_that_the_customer_has_blocked_us(house: House) -> None:
    await house.hears("1", CustomerBlocked())

    def refuse(address: str, outgoing: AnyOutgoing) -> None:
        raise ChannelRefused("blocked", "gone")

    house.customers.before = refuse
    assert (await house.answer(house.ali, "Tomorrow.")).done
    seen = await house.seen(4)
    assert [one.what for one in seen if isinstance(one, DeskTicketLine)][-1] == "undelivered_blocked"
    await house.close(1)


async def test_nobody_is_told_of_who_was_forgotten(house: House) -> None:
    ticket = await house.stands()
    await house.privacy.forget(ticket.customer_id)
    assert (await house.answer(house.ali, "Tomorrow.")).why == "gone"
    await house.close(1)


async def test_an_agent_opens_one_for_their_customer(house: House) -> None:
    await house.tap("1", "A person")
    conversation = house.ticket.partition(".")[0]
    handoff = f"{conversation}.h1"
    await house.handoffs.take(handoff, house.ali, "take")
    opened = await house.tickets.open_for_customer(handoff, house.ali, "o1", "ideas", "A bigger box", [("Chat", "#1")])
    assert opened.done
    await house.said(f"We've opened case {opened.number} for you: “A bigger box”.")
    _, ticket = await house.listed()
    assert (ticket.opened_by, ticket.department, [tuple(pair) for pair in ticket.shared]) == (
        house.ali,
        "ideas",
        [("Chat", "#1")],
    )
    assert "HandoffClosed" not in await house.kinds(conversation)
    await house.close(1)


async def test_a_page_that_comes_back_shows_the_answer(sqlite_url: str) -> None:
    house = House(sqlite_url, desk_source=DESK + DEPARTMENTS, pulled=frozenset({"telegram"}))
    await house.publish(FLOWS)
    house.ali = await house.add_agent("Ali")
    taken = await house.hears("1", START)
    heard: tuple[AnyHeard | str, ...] = (
        "Complain",
        "late parcel",
        MediaHeard(attachment=Attachment(kind="photo", file="f")),
    )
    for one in heard:
        await house.hears("1", one)
    (ticket,) = await house.listed()
    house.number = ticket.number
    for _ in range(8):  # more conversations than a page follows
        await house.hears("1", "Bye")
        await house.hears("1", START)
    await house.answer(house.ali, "Tomorrow at noon.")
    passage = await house.transcripts.read_since("telegram", "1", {})
    last = passage.lines[-1].event
    assert isinstance(last, BotSaid)
    assert last.content.text.text.endswith("Tomorrow at noon.")
    assert taken.conversation is not None
    kinds = [type(event) for event in await house.events(taken.conversation)]
    assert kinds[-1] is TicketAnswered
    await house.close(1)


async def test_what_nobody_could_see_goes_to_the_first_group(sqlite_url: str) -> None:
    desk_side = KeepingChannel(groups=("-100",))

    def refuse(address: str, outgoing: AnyOutgoing) -> None:
        if isinstance(outgoing, DeskTicket | DeskTicketLine) and outgoing.group == "-500":
            raise ChannelRefused("refused", "chat not found")

    desk_side.before = refuse
    house = House(sqlite_url, desk_source=DESK + DEPARTMENTS, clock=TestClock(), sides=(KeepingChannel(), desk_side))
    await house.complain()
    card, photo = await house.seen(2)
    assert isinstance(card, DeskTicket)
    assert isinstance(photo, DeskTicketLine)
    assert (card.group, photo.group) == ("-100", "-100")
    await house.tickets.take(house.number, house.ali, "t1")
    *_, card = await house.seen(3)
    assert isinstance(card, DeskTicket)
    assert (card.state, card.group, card.card is not None) == ("taken", "-100", True), "there it stays"
    await house.close(1)


async def test_of_agents_in_two_processes_one_has_it(postgres_database: str) -> None:
    house, other = (House(postgres_database, desk_source=DESK + DEPARTMENTS, process=name) for name in ("one", "two"))
    await house.complain()
    await other.publish(FLOWS)
    agents = [await house.add_agent(f"Agent {number}") for number in range(6)]
    takes = [(house, other)[place % 2].tickets.take(house.number, agent, agent) for place, agent in enumerate(agents)]
    answers = await asyncio.gather(*takes)
    assert sorted(answer.why for answer in answers) == ["done", *["theirs"] * 5]
    assert len({answer.agent_name for answer in answers}) == 1
    events = await house.events(house.ticket.partition(".")[0])
    assert len([event for event in events if isinstance(event, TicketTaken)]) == 1
    await other.close(1)
    await house.close(1)
