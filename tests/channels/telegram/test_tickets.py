"""Tickets in a department's group, with the real house behind it."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.content import Attachment
from bot.engine.inputs import AnyHeard, CommandHeard, MediaHeard, TextHeard
from bot.events import BotSaid, from_json
from bot.ports import Inbound
from storage import event_log
from tests.botapi.people import Person, Seen
from tests.botapi.server import BotApiServer
from tests.channels.telegram.served import Shop

SARA, ALI, REZA, MINA = 100, 201, 202, 300
DESK, COMPLAINTS, IDEAS = -1001234, -500, 202

FLOWS = """
slots: {what: {type: text}, photos: {type: list}}
flows:
  main:
    description: the start
    start: true
    steps:
      - id: top
        menu: What can we do?
        options:
          - {label: Complain, then: [{call: complain, next: top}]}
          - {label: Talk to a person, then: person}
      - {id: person, handoff: support, next: END}
  complain:
    description: complaints
    if: false
    steps:
      - {collect: what, ask: What happened?}
      - {collect: photos, ask: Photos?, files: {max: 1}}
      - {ticket: complaints, kind: complaint, title: "{what}", attach: [photos]}
"""
DEPARTMENTS = f"""
queues: {{support: {{default: true}}}}
departments:
  complaints: {{name: {{en: Complaints, fa: شکایات}}, due: 3d, chat: {COMPLAINTS}}}
  ideas: {{name: Ideas, chat: {IDEAS}}}
  other: {{name: Other}}
"""


@pytest.fixture
async def shop(tmp_path: Path, server: BotApiServer, stack: AsyncExitStack) -> Shop:
    server.forum(DESK)
    server.group(COMPLAINTS, kind="group")
    shop = Shop(tmp_path, server, FLOWS, desk_chats=[DESK], desk=DEPARTMENTS)
    await shop.open(stack)
    for name, telegram_id in (("Ali", ALI), ("Reza", REZA)):
        await shop.agents.add(name, telegram_id=telegram_id, queues=["support"])
    return shop


@pytest.fixture
def sara(server: BotApiServer, shop: Shop) -> Person:
    return server.customer(SARA, "Sara")


@pytest.fixture
def ali(server: BotApiServer, shop: Shop) -> Person:
    return server.member(server.world.chats[COMPLAINTS], ALI, "Ali")


@pytest.fixture
def reza(server: BotApiServer, shop: Shop) -> Person:
    return server.member(server.world.chats[COMPLAINTS], REZA, "Reza")


async def complain(customer: Person, department: Person) -> Seen:
    """The customer complains. Gives the card, as the department sees it first."""
    await customer.start()
    await customer.wait_for("What can we do?", button="Complain")
    await customer.tap("Complain")
    await customer.wait_for("What happened?")
    await customer.say("A late parcel")
    await customer.wait_for("Photos?")
    await customer.send_photo()
    await customer.wait_for("The number of your case is 1.", ever=True)
    return await department.wait_for("A late parcel", button="Take", ever=True)


async def test_a_ticket_is_taken_answered_and_noted_in_its_department(sara: Person, ali: Person, reza: Person) -> None:
    card = await complain(sara, ali)
    for shown in ("🎫 #1 · Complaint · Complaints", "Customer: Sara", "Answer due:", "reply to this message"):
        assert shown in card.text
    await ali.wait_for("🎫 #1 · Sara", where=lambda seen: "photo" in seen.content, ever=True)
    first = await ali.tap("Take", on=card)
    assert first
    assert (await first.answer())["text"] == "It's yours."
    second = reza.forge("ticket_take 1", on=card)
    assert (await second.answer())["text"] == "Nothing was done: Ali is working on it."
    card = await ali.wait_for("Ali is working on it", ever=True)
    assert card.labels == ["Answer", "Note", "Move", "Close"]

    await ali.say("I wonder what to say.")  # among themselves
    answer = await ali.say("Tomorrow at noon.", reply_to=card)
    await ali.wait_for("Sent to the customer.")
    told = await sara.wait_for("Tomorrow at noon.", button="Reply about case 1")
    assert told.text == "Complaints has answered case 1, “A late parcel”:\n\nTomorrow at noon."
    await ali.edit(answer, "Today at noon.")
    await ali.wait_for("The correction was sent")
    await sara.wait_for("A correction to our answer in case 1:\n\nToday at noon.")
    await ali.say("// a regular", reply_to=card)
    await ali.wait_for("Noted.")
    await ali.say("/tickets", reply_to=card)
    await ali.wait_for("No ticket waits for an answer.")
    assert not [seen for seen in sara.screen() if any(word in seen.text for word in ("regular", "wonder", "/tickets"))]


async def test_the_customer_adds_words_and_it_is_closed_in_the_end(
    server: BotApiServer, sara: Person, ali: Person
) -> None:
    card = await complain(sara, ali)
    await ali.say("Tomorrow at noon.", reply_to=card)
    told = await sara.wait_for("Tomorrow at noon.", button="Reply about case 1")
    await ali.wait_for("Answered by Ali")
    await sara.tap("Reply about case 1", on=told)
    await sara.wait_for("What would you like to add to case 1?")
    await sara.say("That is too late!")
    await sara.wait_for("What can we do?", button="Complain")
    added = await ali.wait_for("🎫 #1 · Sara\nThat is too late!")
    await ali.wait_for("Ali is working on it", ever=True)
    await ali.say("We are sorry.", reply_to=added)
    await sara.wait_for("We are sorry.")
    await ali.wait_for("Answered by Ali")
    closed = await ali.tap("Close")
    assert closed
    assert (await closed.answer())["text"] == "Closed."
    card = await ali.wait_for("Closed by Ali")
    assert card.labels == ["Open again"]
    assert server.world.chats[COMPLAINTS].members[server.world.bot.user_id].status == "member", "it stays there"


async def test_who_is_no_agent_is_told_and_nothing_is_sent(server: BotApiServer, sara: Person, ali: Person) -> None:
    card = await complain(sara, ali)
    mina = server.member(ali.chat, MINA, "Mina")
    query = await mina.tap("Take", on=card)
    assert query
    assert "not registered" in (await query.answer())["text"]
    await mina.say("I am new here", reply_to=card)
    told = await mina.wait_for("not registered as an agent")
    assert str(MINA) in told.text
    await ali.command("/tickets")
    assert "🟡 🎫 #1 A late parcel · Complaints · Sara" in (await ali.wait_for("#1 A late parcel")).text
    assert not [seen for seen in sara.screen() if "I am new here" in seen.text]


async def test_it_moves_to_somebodys_own_chat_and_is_answered_there(
    server: BotApiServer, sara: Person, ali: Person
) -> None:
    await server.customer(IDEAS, "Reza").start()
    reza = server.customer(IDEAS, "Reza")
    card = await complain(sara, ali)
    await ali.tap("Move", on=card)
    await ali.wait_for(button="Ideas")
    await ali.tap("Ideas")
    left = await ali.wait_for("It is with Ideas now")
    assert left.labels == []
    card = await reza.wait_for("🎫 #1 · Complaint · Ideas", button="Take", ever=True)
    await reza.say("Good idea!", reply_to=card)
    await sara.wait_for("Ideas has answered case 1")
    await reza.say("What can I buy?")
    await reza.wait_for("What can we do?", ever=True)


async def test_an_agent_opens_one_in_a_customers_topic(server: BotApiServer, shop: Shop, sara: Person) -> None:
    await sara.start()
    await sara.wait_for("What can we do?", button="Talk to a person")
    await sara.tap("Talk to a person")
    ali = await server.member(server.world.chats[DESK], ALI, "Ali").wait_for_topic("Sara")
    await ali.command("/ticket")
    await ali.wait_for("/ticket complaints a broken cup")
    await ali.command("/ticket nobody A bigger box")
    await ali.wait_for("There are: complaints, ideas, other.")
    await ali.command("/ticket Other A bigger box")
    await ali.wait_for("Ticket #1 is opened")
    told = await sara.wait_for("We've opened case 1 for you: “A bigger box”.")
    assert told.labels == ["Reply about case 1"]
    in_general = server.member(server.world.chats[DESK], ALI, "Ali")
    card = await in_general.wait_for("A bigger box", button="Take", ever=True)
    assert "Opened by: Ali" in card.text
    assert f"https://t.me/c/1234/{ali.thread_id}" in card.text
    await in_general.say("It is on its way.", reply_to=card)
    await sara.wait_for("Other has answered case 1")


async def test_without_any_group_it_is_answered_in_an_agents_own_chat(
    tmp_path: Path, server: BotApiServer, stack: AsyncExitStack
) -> None:
    shop = Shop(tmp_path, server, FLOWS, desk=DEPARTMENTS.replace(f", chat: {COMPLAINTS}", ""))
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    sara, ali = server.customer(SARA, "Sara"), server.customer(ALI, "Ali")
    await ali.command("/desk")
    await ali.wait_for("This chat is your desk now")
    await sara.start()
    await sara.wait_for("What can we do?", button="Complain")
    await sara.tap("Complain")
    await sara.wait_for("What happened?")
    await sara.say("A late parcel")
    await sara.wait_for("Photos?")
    await sara.send_photo()
    await sara.wait_for("The number of your case is 1.")
    await ali.command("/tickets")
    listed = await ali.wait_for("🟡 🎫 #1 A late parcel", button="🎫 #1")
    await ali.tap("🎫 #1", on=listed)
    card = await ali.wait_for("🎫 #1 · Complaint", button="Take")
    await ali.tap("Take", on=card)
    card = await ali.wait_for("Ali is working on it", button="Close")
    await ali.say("Tomorrow at noon.", reply_to=card)
    await sara.wait_for("Tomorrow at noon.", button="Reply about case 1")
    await ali.wait_for("Sent to the customer.")
    await ali.tap("Close", on=card)
    assert (await ali.wait_for("Closed by Ali")).message_id == card.message_id


async def test_a_department_may_share_the_supervisors_chat(
    tmp_path: Path, server: BotApiServer, stack: AsyncExitStack
) -> None:
    server.forum(DESK)
    shop = Shop(tmp_path, server, FLOWS, desk_chats=[DESK], desk=DEPARTMENTS)
    shop.supervisors = COMPLAINTS
    ali = server.member(server.group(COMPLAINTS), ALI, "Ali")
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"], role="supervisor")
    sara = server.customer(SARA, "Sara")
    card = await complain(sara, ali)
    await ali.say("Tomorrow at noon.", reply_to=card)
    await sara.wait_for("Tomorrow at noon.")
    await ali.command("/agents")
    await ali.wait_for("Agents: 1")
    await ali.command("/tickets")
    await ali.wait_for("No ticket waits for an answer.")


async def test_a_file_reaches_a_visitor_of_the_web_chat(shop: Shop, ali: Person) -> None:
    photo = MediaHeard(attachment=Attachment(kind="photo", file="upload:p.jpg"))
    said: list[AnyHeard] = [
        CommandHeard(name="start"),
        TextHeard(text="Complain"),
        TextHeard(text="A late parcel"),
        photo,
    ]
    for number, heard in enumerate(said):
        await shop.turns.take(Inbound(channel="webchat", external_id=str(number), address="v", heard=heard))
    card = await ali.wait_for("A late parcel", button="Take", ever=True)
    await ali.send_photo(caption="Here it is.", reply_to=card)
    await ali.wait_for("Sent to the customer.")
    entries = await shop.database.read(
        lambda connection: event_log.read_address(connection, "webchat", "v", {}, 99, ["bot_said"])
    )
    told = from_json(entries[-1].body)
    assert isinstance(told, BotSaid)
    assert told.content.text.text.endswith("\n\nHere it is.")
    assert told.content.attachment is not None
    assert told.content.attachment.file.startswith("upload:")
    assert [choice.label for choice in told.choices] == ["Reply about case 1"]
