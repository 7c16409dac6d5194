"""Tickets in the house: a number at once, a due day, the state for their customer alone, a low rating as one."""

from bot.engine.inputs import CommandHeard, TapHeard
from bot.events import TicketOpened
from bot.ports import Say
from storage import tickets
from tests.service.shop import DESK, START, Shop, tap

FLOWS = """
settings: {languages: [en, fa], survey_after: {self_service: csat}}
slots: {what: {type: text}}
surveys:
  csat: {ask: How was it?, comment: {ask: Why?}, on_low: {at_most: 2, ticket: ideas}}
flows:
  main:
    start: true
    description: complaints
    steps:
      - {collect: what, ask: What happened?}
      - {ticket: complaints, kind: complaint, title: "{what}", share: [what]}
      - say: "It is {ticket.number}."
"""
DEPARTMENTS = """
departments:
  complaints: {name: {en: Complaints, fa: شکایات}, due: 3d}
  ideas: {}
"""


async def complaining(database_url: str) -> Shop:
    shop = Shop(database_url, desk_source=DESK + DEPARTMENTS)
    await shop.publish(FLOWS)
    await shop.hears("1", START)
    await shop.hears("1", "late parcel")
    await shop.customers.wait_for(4)
    return shop


async def listed(shop: Shop) -> list[tickets.Ticket]:
    return await shop.database.read(lambda connection: tickets.listed(connection, tickets.UNFINISHED, None, 10))


async def test_a_ticket_is_kept_and_its_number_told_in_the_same_turn(database_url: str) -> None:
    shop = await complaining(database_url)
    (ticket,) = await listed(shop)
    assert (ticket.department, ticket.title, ticket.state) == ("complaints", "late parcel", "open")
    assert ticket.due_at is not None
    assert (ticket.due_at - ticket.opened_at).days == 3
    said = shop.customers.texts("1")
    assert said[1].startswith(f"Noted. The number of your case is {ticket.number}.\nYou'll have an answer by ")
    assert said[2] == f"It is {ticket.number}."
    opened = [event for event in await shop.events(ticket.conversation_id) if isinstance(event, TicketOpened)]
    assert [event.number for event in opened] == [ticket.number]
    await shop.close(1)


async def test_only_their_customer_learns_how_it_stands(database_url: str) -> None:
    shop = await complaining(database_url)
    (ticket,) = await listed(shop)
    for address in ("1", "2"):
        await shop.hears(address, CommandHeard(name="ticket", argument=str(ticket.number)))
    await shop.customers.wait_for(8)
    assert shop.customers.texts("1")[-2].startswith(f"Case {ticket.number}, “late parcel”, waits at Complaints.\n")
    assert shop.customers.texts("2")[0] == f"We have no case of yours with the number {ticket.number}."
    await shop.close(1)


async def test_a_low_rating_after_the_end_is_a_ticket_with_its_words(database_url: str) -> None:
    shop = await complaining(database_url)
    asked = shop.customers.to("1")[-1]
    assert isinstance(asked, Say)
    await shop.hears("1", tap(asked, "2", "m4"))
    await shop.hears("1", "Nobody came.")
    low = TapHeard(token=next(choice.token for choice in asked.choices if choice.label == "1"))
    await shop.hears("1", low)
    _, ticket = await listed(shop)
    assert (ticket.department, ticket.survey_id is not None) == ("ideas", True)
    comments = await shop.database.read(lambda connection: tickets.comments(connection, [ticket.id]))
    assert [comment.text for comment in comments] == ["Nobody came."]
    await shop.close(1)
