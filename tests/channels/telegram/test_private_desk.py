"""Agents who work in private chats with the bot, without any group."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.engine.inputs import TextHeard
from tests.botapi.people import Person, Seen
from tests.botapi.server import BotApiServer
from tests.channels.telegram.desk_shop import ALI, DESK, FLOWS, REZA, SARA, ask, bot_says
from tests.channels.telegram.served import Shop
from tests.channels.telegram.test_desk_and_web import web

MONA = 101


@pytest.fixture
async def shop(tmp_path: Path, server: BotApiServer, stack: AsyncExitStack) -> Shop:
    shop = Shop(tmp_path, server, FLOWS)
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    await shop.agents.add("Reza", telegram_id=REZA, queues=["support", "sales"])
    return shop


@pytest.fixture
async def ali(server: BotApiServer, shop: Shop) -> Person:
    return await at_work(server.customer(ALI, "Ali"))


@pytest.fixture
async def reza(server: BotApiServer, shop: Shop) -> Person:
    return await at_work(server.customer(REZA, "Reza"))


@pytest.fixture
def sara(server: BotApiServer, shop: Shop) -> Person:
    return server.customer(SARA, "Sara")


@pytest.fixture
def mona(server: BotApiServer, shop: Shop) -> Person:
    return server.customer(MONA, "Mona")


async def at_work(agent: Person) -> Person:
    """The agent makes the private chat a desk."""
    await agent.command("/desk")
    await agent.wait_for("This chat is your desk now")
    return agent


async def take(agent: Person, customer: Person) -> Seen:
    """The customer asks for a person, and this agent takes them. Gives the card."""
    name = customer.user.first_name
    await ask(customer)
    offer = await agent.wait_for(f"{name} asks for a person", ever=True, where=lambda seen: "Take" in seen.labels)
    await agent.tap("Take", on=offer)
    await customer.wait_for(agent.user.first_name)
    return await agent.wait_for(name, button="Release", ever=True)


async def test_a_customer_is_served_in_a_private_chat(sara: Person, ali: Person) -> None:
    card = await take(ali, sara)
    for shown in (
        "Queue: support",
        "Wants a person.",
        "Welcome to the shop.",
        "What you write here goes to #1 Sara.",
        "a note that stays",
    ):
        assert shown in card.text
    assert card.labels == ["Release", "Transfer", "Close"]
    await sara.say("Hello?")
    line = await ali.wait_for("Hello?")
    assert line.text == "#1 Sara\nHello?"
    assert line.styled("bold") == ["#1 Sara"]
    assert line.labels == []
    await ali.say("Good morning, Sara.")
    await sara.wait_for("Good morning, Sara.")
    await ali.command("/close solved")
    await ali.wait_for("✅ Closed: solved.")
    await sara.wait_for("How was it?", ever=True)
    assert all(not seen.buttons for seen in ali.screen())


async def test_the_slower_of_two_agents_sees_who_has_it(sara: Person, ali: Person, reza: Person) -> None:
    await ask(sara)
    for agent in (ali, reza):
        await agent.wait_for("Sara asks for a person", button="Take", ever=True)
    offer = reza.latest()
    await ali.tap("Take")
    over = await reza.wait_for("Ali was faster and has it.")
    assert over.message_id == offer.message_id
    assert over.labels == []
    query = await reza.tap("Take", on=offer)
    assert query
    assert (await query.answer())["text"] == "Ali has it."
    await ali.wait_for("It's yours.")
    await reza.say("Hello from me", reply_to=offer)
    await reza.wait_for("Not sent: Ali has #1 Sara now.")
    assert "Hello from me" not in bot_says(sara)


async def test_several_customers_are_told_apart(sara: Person, mona: Person, ali: Person) -> None:
    await take(ali, sara)
    card = await take(ali, mona)
    assert "does not go to #2 Mona yet" in card.text
    assert card.labels[0] == "✍️ #2 Mona"
    await mona.say("I am Mona.")
    line = await ali.wait_for("I am Mona.")
    assert line.text.startswith("#2 Mona\n")
    assert line.labels == ["✍️ #2 Mona"]
    await ali.say("To Sara")
    await sara.wait_for("To Sara")
    await ali.say("To Mona", reply_to=line)
    await mona.wait_for("To Mona")
    await ali.say("To Sara again")
    await sara.wait_for("To Sara again")
    await ali.tap("✍️ #2 Mona", on=line)
    await ali.wait_for("What you write now goes to #2 Mona.")
    await ali.say("To Mona again")
    await mona.wait_for("To Mona again")
    await ali.command("/switch 1")
    await ali.wait_for("What you write now goes to #1 Sara.")
    assert not {"To Mona", "To Mona again"} & set(bot_says(sara))
    assert not {"To Sara", "To Sara again"} & set(bot_says(mona))


async def test_words_that_are_for_nobody_in_sight_wait_for_a_choice(
    server: BotApiServer, sara: Person, mona: Person, ali: Person
) -> None:
    await take(ali, sara)
    await take(ali, mona)
    await ali.command("/close solved")
    closed = await ali.wait_for("✅ Closed: solved.")
    assert closed.labels == ["✍️ #2 Mona"]
    await ali.say("Bye, Sara!")
    refused = await ali.wait_for("Not sent: the conversation with #1 Sara is over.")
    assert refused.labels == ["✍️ #2 Mona"]
    lea = server.customer(102, "Lea")
    card = await take(ali, lea)
    assert "does not go to #3 Lea yet" in card.text
    await ali.say("Who is there?")
    asked = await ali.wait_for("Not sent yet. To whom?")
    assert asked.labels == ["#2 Mona", "#3 Lea"]
    await ali.tap("#3 Lea", on=asked)
    await lea.wait_for("Who is there?")
    answered = await ali.wait_for("Sent to #3 Lea. What you write now goes there, too.")
    assert (answered.message_id, answered.labels) == (asked.message_id, [])
    again = await ali.tap("#2 Mona", on=asked)
    assert again
    assert (await again.answer())["text"].startswith("That message was sent already")
    await ali.say("And now?")
    await lea.wait_for("And now?")
    assert not {"Bye, Sara!", "Who is there?", "And now?"} & {*bot_says(sara), *bot_says(mona)}


async def test_edits_replies_and_files_go_both_ways(sara: Person, mona: Person, ali: Person) -> None:
    await take(ali, mona)
    await take(ali, sara)
    asked = await sara.say("Wher is it?")
    line = await ali.wait_for("Wher is it?")
    await sara.edit(asked, "Where is it?")
    line = await ali.wait_for("Where is it?")
    answer = await ali.say("In the shop", reply_to=line)
    heard = await sara.wait_for("In the shop")
    assert sara.chat.posts[heard.message_id].reply_to == asked.message_id
    await ali.edit(answer, "In the new shop")
    await sara.wait_for("In the new shop")
    await sara.say("Thanks", reply_to=heard)
    thanks = await ali.wait_for("Thanks")
    assert ali.chat.posts[thanks.message_id].reply_to == answer.message_id
    await sara.send_photo(caption="This one?")
    photo = await ali.wait_for("This one?", where=lambda seen: "photo" in seen.content)
    assert photo.text == "#2 Sara\nThis one?"
    await sara.send_sticker()
    await ali.wait_for("#2 Sara", where=lambda seen: seen.text == "#2 Sara")
    await ali.send_voice()
    await mona.wait_for(where=lambda seen: "voice" in seen.content)
    assert not [seen for seen in sara.screen() if seen.from_bot and "voice" in seen.content]


async def test_a_file_for_who_is_another_agents_is_not_kept(
    shop: Shop, ali: Person, reza: Person, tmp_path: Path
) -> None:
    await web(shop, 1, TextHeard(text="Hi"))
    await web(shop, 2, TextHeard(text="Talk to a person"))
    offer = await reza.wait_for("asks for a person", button="Take", ever=True)
    await ali.wait_for("asks for a person", button="Take", ever=True)
    await ali.tap("Take")
    await reza.wait_for("Ali was faster")
    await reza.send_photo(b"\xff\xd8\xff a photo", reply_to=offer)
    await reza.wait_for("Not sent: Ali has")
    await shop.server.all_delivered()
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


async def test_notes_stay_inside_and_commands_are_for_whom_they_answer(
    server: BotApiServer, sara: Person, mona: Person, ali: Person, reza: Person
) -> None:
    await take(ali, sara)
    await take(ali, mona)
    await mona.say("I want sales.")
    line = await ali.wait_for("I want sales.")
    await ali.say("A moment.\n// a difficult one", reply_to=line)
    await ali.wait_for("Noted.")
    await mona.wait_for("A moment.", where=lambda seen: seen.text == "A moment.")
    await ali.say("/transfer Reza", reply_to=line)
    gone = await ali.wait_for("🟢 Reza has it.")
    assert gone.text.startswith("#2 Mona")
    card = await reza.wait_for("#2 Mona", button="Release", ever=True)
    assert "Mona: I want sales." in card.text
    await ali.say("One more thing", reply_to=line)
    await ali.wait_for("Not sent: Reza has #2 Mona now.")
    await ali.command("/colse")
    await ali.wait_for("Not sent: there is no such command.")
    for command in ("/menu", "/draft"):
        await ali.command(command)
        await ali.wait_for("This chat is your desk. /desk off")
    await ali.command("/release")
    await ali.wait_for("🟠 Waiting again")
    await reza.wait_for("Sara asks for a person", button="Take", ever=True)
    await ali.wait_for("Sara asks for a person", button="Take", ever=True)


async def test_words_that_become_a_note_are_for_nobody(
    sara: Person, mona: Person, ali: Person, server: BotApiServer
) -> None:
    await take(ali, sara)
    card = await take(ali, mona)
    await ali.command("/close solved")
    await ali.wait_for("✅ Closed: solved.")
    lea = server.customer(102, "Lea")
    await take(ali, lea)
    waiting = await ali.say("She is difficult")
    question = await ali.wait_for("To whom", button="#2 Mona")
    await ali.edit(waiting, "// she is difficult")
    await ali.wait_for("Not done: for which customer?")
    tapped = await ali.tap("#2 Mona", on=question)
    assert tapped
    await tapped.answer()
    note = await ali.say("// she is a regular", reply_to=card)
    await ali.wait_for("Noted.")
    await ali.edit(note, "// she is a friend")
    await ali.wait_for("Noted.")
    await ali.say("Good morning.", reply_to=card)
    await mona.wait_for("Good morning.")
    for customer in (mona, lea):
        assert not [text for text in bot_says(customer) if "difficult" in text or "regular" in text]


async def test_how_it_ended_is_said_below_the_closing(sara: Person, ali: Person) -> None:
    await take(ali, sara)
    await ali.tap("Close")
    asked = await ali.wait_for("How did it end?")
    assert asked.text.startswith("#1 Sara\n✅ Closed.")
    await ali.tap("solved", on=asked)
    told = await ali.wait_for("✅ Closed: solved.")
    assert (told.message_id, told.labels) == (asked.message_id, [])


async def test_a_desk_is_left_when_nobody_is_served_there(sara: Person, ali: Person, reza: Person) -> None:
    await take(ali, sara)
    await ali.command("/desk off")
    await ali.wait_for("close, release or transfer your customers first (#1 Sara)")
    await ali.command("/close spam")
    await ali.wait_for("✅ Closed: spam.")
    await ali.command("/desk off")
    await ali.wait_for("This is an ordinary chat with the bot again.")
    await ali.start()
    await ali.wait_for("What can we do?", button="Talk to a person")


async def test_who_blocks_the_bot_is_away(shop: Shop, server: BotApiServer, sara: Person, ali: Person) -> None:
    await take(ali, sara)
    await ali.block()
    await server.all_delivered()
    card = await shop.agents.with_telegram(ALI)
    assert card is not None
    assert (card.presence, card.presence_reason) == ("away", "unreachable")


async def test_the_app_offers_what_can_be_commanded_there(server: BotApiServer, ali: Person) -> None:
    def offered() -> list[str]:
        commands = server.world.commands.get((scope, ""), [])
        return [command["command"] for command in commands]

    await server.all_delivered()
    scope = next(scope for scope, _ in server.world.commands if str(ALI) in scope)
    assert {"switch", "desk", "close", "queue", "help"} <= set(offered())
    await ali.command("/desk off")
    await ali.wait_for("This is an ordinary chat with the bot again.")
    await server.all_delivered()
    assert offered() == []


async def test_who_is_invited_where_no_group_is_works_in_their_chat_at_once(
    shop: Shop, server: BotApiServer, sara: Person
) -> None:
    made = await shop.invitations.invite("", queues=["support"])
    lea = server.customer(300, "Lea")
    await lea.start(made.payload)
    await lea.wait_for("This chat is your desk now")
    await lea.command("/back")
    await lea.wait_for("You are available.")
    await take(lea, sara)
    await lea.say("Hello")
    await sara.wait_for("Hello")


async def test_beside_a_group_the_topic_tells_how_it_stands_and_what_was_said_once_it_is_needed(
    tmp_path: Path, server: BotApiServer, stack: AsyncExitStack
) -> None:
    group = server.forum(DESK)
    shop = Shop(tmp_path, server, FLOWS, desk_chats=[DESK])
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    await shop.agents.add("Reza", telegram_id=REZA, queues=["support"])
    ali, reza = await at_work(server.customer(ALI, "Ali")), server.member(group, REZA, "Reza")
    await server.log.wait_for("getChatMember")
    sara = server.customer(SARA, "Sara")
    await take(ali, sara)
    topic = await reza.wait_for_topic("🟢 #1 Sara")
    await sara.say("A secret of ours")
    await ali.wait_for("A secret of ours")
    await ali.say("It stays here")
    await sara.wait_for("It stays here")
    await ali.command("/release")
    await ali.wait_for("🟠 Waiting again")
    told = await topic.wait_for("Sara: A secret of ours", ever=True)
    assert told.text == "ℹ️ Bot: Ali has joined the conversation.\nSara: A secret of ours\nAli: It stays here"
    await topic.wait_for(button="Take", ever=True)
    await topic.tap("Take")
    await ali.wait_for("Reza was faster and has it.")
    await sara.say("Hello, Reza?")
    await topic.wait_for("Hello, Reza?")
    assert "A secret of ours" not in [seen.text for seen in topic.screen()]
    assert not [seen for seen in ali.screen() if "Hello, Reza?" in seen.text]


async def test_a_file_that_comes_again_is_fetched_once(shop: Shop, ali: Person, tmp_path: Path) -> None:
    """The first time nothing could be stored; the second time it was, and the answer to that was lost."""
    await web(shop, 1, TextHeard(text="Hi"))
    await web(shop, 2, TextHeard(text="Talk to a person"))
    await ali.wait_for("asks for a person", button="Take", ever=True)
    await ali.tap("Take")
    await ali.wait_for(button="Release", ever=True)
    abort = "BEFORE INSERT ON events WHEN NEW.kind = 'agent_said' BEGIN SELECT RAISE(ABORT, 'broken'); END"
    await shop.database.run(lambda connection: connection.exec_driver_sql(f"CREATE TRIGGER broken {abort}"))
    await ali.send_photo(b"\xff\xd8\xff a photo")
    await shop.server.log.wait_for("getUpdates", where=lambda call: "photo" in str(call.result), times=2)
    await shop.database.run(lambda connection: connection.exec_driver_sql("DROP TRIGGER broken"))
    await shop.server.all_delivered()
    shop.server.deliver_again(max(shop.server.feed.everything))
    await shop.server.all_delivered()
    assert len(shop.server.log.to("getFile")) == 1
    assert sorted(path.suffix for path in (tmp_path / "files").rglob("*") if path.is_file()) == ["", ".json"]
