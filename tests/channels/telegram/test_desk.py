"""Agents in a forum group, with the real house behind it."""

from typing import Any

import pytest

from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.channels.telegram.desk_shop import DESK, ask, bot_says, talk
from tests.channels.telegram.served import Shop


@pytest.fixture
def shop(desk_shop: Shop) -> Shop:
    return desk_shop


async def test_a_customer_reaches_a_person_and_rates_them(shop: Shop, sara: Person, ali: Person) -> None:
    await ask(sara)
    ali = await ali.wait_for_topic("Sara")
    assert ali.topic.name.startswith("🟡 #")
    card = await ali.wait_for("Sara", button="Take", ever=True)
    for shown in ("Queue: support", "Language: English", "Wants a person.", "Welcome to the shop.", "Talk to a person"):
        assert shown in card.text
    query = await ali.tap("Take")
    assert query
    assert (await query.answer())["text"] == "It's yours."
    await sara.wait_for("Ali")
    card = await ali.wait_for("Sara", button="Release")
    assert card.labels == ["Release", "Transfer", "Close"]
    assert "Ali has it." in card.text
    assert "Welcome to the shop." in card.text
    assert ali.topic.name.startswith("🟢 #")
    await sara.say("Hello?")
    await ali.wait_for("Hello?")
    await ali.say("Good morning, Sara.")
    await sara.wait_for("Good morning, Sara.")
    await ali.command("/close solved")
    await ali.wait_until(lambda screen: ali.topic.closed)
    assert ali.topic.name.startswith("✅ #")
    assert ali.topic.name.endswith("Sara · solved")
    await ali.wait_for("Closed: solved.", ever=True)
    assert all(not seen.buttons for seen in ali.screen())
    await sara.wait_for("How was it?", ever=True)
    await sara.tap("5")
    await sara.wait_for("Thank you!")


async def test_the_slower_of_two_agents_is_told(shop: Shop, sara: Person, ali: Person, reza: Person) -> None:
    ali = await talk(sara, ali)
    reza = reza.in_topic(ali.topic)
    card = next(seen for seen in reza.screen() if "Release" in seen.labels)
    query = reza.forge(f"take {await handoff_of(shop, ali)}", on=card)
    assert (await query.answer())["text"] == "Ali has it."
    await reza.say("Hello from me")
    await reza.wait_for("Not sent: Ali has it.")
    await reza.command("/close")
    await reza.wait_for("Ali has it.")
    assert "Hello from me" not in bot_says(sara)


async def handoff_of(shop: Shop, agent: Person) -> str:
    glance = await shop.handoffs.in_thread(f"{agent.chat.chat_id}:{agent.thread_id}")
    assert glance
    return glance.id


async def test_whoever_writes_first_takes_it(sara: Person, ali: Person) -> None:
    await ask(sara)
    ali = await ali.wait_for_topic("Sara")
    await ali.say("Hello Sara")
    await sara.wait_for("Hello Sara")
    await ali.wait_for("Ali has it.")


async def test_notes_stay_inside(sara: Person, ali: Person, reza: Person) -> None:
    ali = await talk(sara, ali)
    reza = reza.in_topic(ali.topic)
    await ali.say("// a difficult one")
    await ali.wait_for("Noted.")
    await reza.command("/note I know her")
    await reza.wait_for("Noted.")
    await ali.say("Let me look.\n// she is right\nand angry")
    await sara.wait_for("Let me look.", where=lambda seen: seen.text == "Let me look.")
    await ali.command("/note")
    await ali.wait_for("Write the note after the command")
    await ali.say("Done.")
    await sara.wait_for("Done.")
    unsaid = ("difficult", "know her", "right", "angry")
    assert not [text for text in bot_says(sara) if any(word in text for word in unsaid)]


async def test_a_changed_note_is_kept_and_what_was_sent_stays_sent(sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    first = await ali.say("// call her")
    await ali.wait_for("Noted.")
    await ali.edit(first, "// call him")
    await ali.wait_for("Noted.")
    second = await ali.say("Good morning.\n// her name is Dana")
    await ali.wait_for("Noted.")
    await sara.wait_for("Good morning.")
    told = len(bot_says(ali))
    await ali.edit(second, "Good evening.\n// her name is Dana")
    await sara.wait_for("Good evening.")
    assert len(bot_says(ali)) == told, "of the same note nothing is said"
    await ali.edit(second, "// nothing for her")
    await ali.wait_for("Noted. But the customer has this message as it was sent")
    command = await ali.command("/note wholesale")
    await ali.wait_for("Noted.")
    await ali.edit(command, "/note retail")
    await ali.wait_for("Noted.")
    await ali.command("/history")
    history = (await ali.wait_for("call her")).text
    assert [line for line in history.splitlines() if "📝" in line and "call him" in line]
    assert history.count("her name is Dana") == 1
    assert "retail" in history
    assert not [text for text in bot_says(sara) if "call" in text or "nothing for her" in text]


async def test_an_album_whose_caption_is_a_note_stays_inside(sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    await ali.send_album(b"\xff\xd8one", b"\xff\xd8two", b"\xff\xd8three", caption="// of another customer")
    await ali.wait_for("Noted.")
    await ali.say("Done.")
    await sara.wait_for("Done.")
    assert not [seen for seen in sara.screen() if "photo" in seen.content]
    assert [text for text in bot_says(ali) if "Not sent" in text] == []


async def test_to_whom_a_customer_can_be_passed_is_told(sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    await ali.command("/transfer")
    await ali.wait_for("Write after the command to whom: /transfer NAME. There are: support, sales, Ali, Reza.")
    await ali.command("/transfer Omar")
    await ali.wait_for("No queue or agent is called “Omar”. There are: support, sales, Ali, Reza.")
    await ali.command("/transfer Ali")
    await ali.wait_for("There is no such agent, or they have it already.")


async def test_who_is_no_agent_is_told_and_nothing_is_sent(
    server: BotApiServer, shop: Shop, sara: Person, ali: Person
) -> None:
    ali = await talk(sara, ali)
    mina = server.member(ali.chat, 300, "Mina").in_topic(ali.topic)
    await mina.say("I am new here")
    told = await mina.wait_for("not registered as an agent")
    assert "300" in told.text
    await mina.command("/close")
    await mina.wait_for("not registered as an agent")
    card = next(seen for seen in mina.screen() if seen.labels)
    query = await mina.tap("Close", on=card)
    assert query
    assert "not registered" in (await query.answer())["text"]
    await ali.say("Still here.")
    await sara.wait_for("Still here.")
    assert "I am new here" not in bot_says(sara)


async def test_an_anonymous_admin_is_told(server: BotApiServer, sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    nobody = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    message = {"message_id": 900, "date": 1_700_000_000, "chat": ali.chat.wire(), "from": nobody, "text": "psst"}
    message |= {"sender_chat": ali.chat.wire(), "message_thread_id": ali.thread_id, "is_topic_message": True}
    server.world.emit("message", message, DESK)
    await ali.wait_for("Anonymous admins", ever=True)
    assert "psst" not in bot_says(sara)


async def test_an_agent_gives_back_and_passes_on(shop: Shop, sara: Person, ali: Person, reza: Person) -> None:
    ali = await talk(sara, ali)
    await ali.command("/release")
    await ali.wait_for("Waiting again in support.")
    await ali.wait_for(button="Take", ever=True)
    assert ali.topic.name.startswith("🟠 #")
    reza = reza.in_topic(ali.topic)
    await reza.command("/take")
    await reza.wait_for("Reza has it.")
    await reza.command("/transfer nowhere")
    told = await reza.wait_for("“nowhere”")
    assert "support, sales, Ali, Reza" in told.text
    await reza.command("/transfer ali")
    await reza.wait_for("Ali has it.")
    await ali.command("/transfer SALES")
    await ali.wait_for("sales", where=lambda seen: "Waiting" in seen.text)
    assert ali.topic.name.endswith("sales")


async def test_an_unknown_outcome_is_told(sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    await ali.command("/close whatever")
    told = await ali.wait_for("“whatever”")
    assert "solved, spam" in told.text
    query = await ali.tap("Close")
    assert query
    assert (await query.answer())["text"] == "Closed."
    await ali.wait_until(lambda screen: ali.topic.closed)


@pytest.mark.parametrize("kind", ["photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker"])
async def test_files_go_both_ways(sara: Person, ali: Person, kind: Any) -> None:
    ali = await talk(sara, ali)
    sent = await getattr(sara, f"send_{kind}")()
    seen = await ali.wait_for(where=lambda one: kind in one.content)
    assert seen.content[kind] == sent.content[kind]
    answer = await getattr(ali, f"send_{kind}")()
    seen = await sara.wait_for(where=lambda one: kind in one.content)
    assert seen.content[kind] == answer.content[kind]


async def test_places_contacts_and_captions_go_both_ways(sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    await sara.send_location(1.5, 2.5)
    await ali.wait_for(where=lambda one: one.content.get("location") == {"latitude": 1.5, "longitude": 2.5})
    await ali.send_contact("+982100000", own=False)
    await sara.wait_for(where=lambda one: "contact" in one.content)
    await sara.send_photo(caption="broken <b>here</b>")
    await ali.wait_for("broken <b>here</b>", where=lambda one: "photo" in one.content)


async def test_edits_and_answers_go_both_ways(sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    hers = await sara.say("Order 17")
    shown = await ali.wait_for("Order 17")
    await sara.edit(hers, "Order 18")
    edited = await ali.wait_for("Order 18", ever=True)
    assert edited.message_id == shown.message_id
    his = await ali.say("Which order?", reply_to=shown)
    seen = await sara.wait_for("Which order?")
    assert sara.chat.posts[seen.message_id].reply_to == hers.message_id
    await sara.say("The large one.", reply_to=seen)
    answer = await ali.wait_for("The large one.")
    assert ali.chat.posts[answer.message_id].reply_to == his.message_id
    await ali.edit(his, "Which parcel?")
    edited = await sara.wait_for("Which parcel?", ever=True)
    assert edited.message_id == seen.message_id


async def test_styles_of_an_agent_are_kept_and_markup_is_none(server: BotApiServer, sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    text = "Bold 👍 <b>x</b> *y*"
    message = {"message_id": 901, "date": 1_700_000_000, "chat": ali.chat.wire(), "from": ali.user.wire(), "text": text}
    message |= {"entities": [{"type": "bold", "offset": 0, "length": 7}]}
    message |= {"message_thread_id": ali.thread_id, "is_topic_message": True}
    server.world.emit("message", message, DESK)
    seen = await sara.wait_for("Bold")
    assert seen.text == text
    assert seen.styled("bold") == ["Bold 👍"]


async def test_what_cannot_be_passed_on_is_told(server: BotApiServer, sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    message = {"message_id": 902, "date": 1_700_000_000, "chat": ali.chat.wire(), "from": ali.user.wire()}
    message |= {"dice": {"emoji": "🎲", "value": 3}, "message_thread_id": ali.thread_id, "is_topic_message": True}
    server.world.emit("message", message, DESK)
    await ali.wait_for("can't be passed on", ever=True)


async def test_general_is_for_the_agents_alone(sara: Person, ali: Person) -> None:
    await ali.say("Good morning all")
    await ali.command("/queue")
    await ali.wait_for("Nobody is waiting.")
    await ask(sara)
    await ali.wait_for_topic("Sara")
    await ali.command("/queue")
    await ali.wait_for("Sara · support", where=lambda seen: seen.thread_id is None)
    await ali.command("/take")
    await ali.wait_for("For which customer?")
    await ali.command("/help")
    await ali.wait_for("/queue: Who is waiting")
    await ali.command("/away lunch")
    await ali.wait_for("You are away.")
    await ali.command("/back")
    await ali.wait_for("You are available.")
    assert "Good morning all" not in bot_says(sara)


async def test_a_newcomer_is_told_by_what_number_they_are_added(server: BotApiServer, ali: Person) -> None:
    mina = server.member(ali.chat, 300, "Mina")
    await mina.say("Hello, I am new")
    await mina.wait_for("not registered as an agent yet. Your Telegram ID is 300.")
    await mina.say("Thanks")
    await ali.say("Welcome")
    await ali.command("/queue")
    await ali.wait_for("Nobody is waiting.")
    assert sum("not registered" in seen.text for seen in ali.screen()) == 1


async def test_history_shows_all_that_was_said(sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    await ali.command("/history")
    shown = await ali.wait_for("Welcome to the shop.")
    assert "Talk to a person" in shown.text


async def test_a_customer_who_leaves_the_queue_is_seen_to_leave(sara: Person, ali: Person) -> None:
    await ask(sara)
    ali = await ali.wait_for_topic("Sara")
    await sara.wait_for("You are next.", ever=True)
    await sara.block()
    await ali.wait_for("no longer waiting", ever=True)
    await ali.wait_until(lambda screen: ali.topic.closed)
    assert ali.topic.name.startswith("⚪ #")


async def test_a_number_that_is_left_is_told_to_all_agents(sara: Person, ali: Person) -> None:
    await ask(sara)
    await ali.wait_for_topic("Sara")
    await sara.say("cancel")
    await sara.wait_for(button="Call me back")
    await sara.tap("Call me back")
    await sara.wait_for("number", where=lambda seen: "✓" not in seen.text)
    await sara.say("+49 1512 3456789")
    told = await ali.wait_for("📞", where=lambda seen: seen.thread_id is None)
    for shown in ("📞 +4915123456789", "Sara asks for a call", "When: As soon as possible", "Queue: support"):
        assert shown in told.text.splitlines()


async def test_what_an_agent_does_counts_once(server: BotApiServer, sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    await ali.say("Only once.")
    await sara.wait_for("Only once.")
    await server.all_delivered()
    for update_id in list(server.feed.everything):
        server.deliver_again(update_id, times=2)
    await ali.say("And this.")
    await sara.wait_for("And this.")
    await server.all_delivered()
    assert bot_says(sara).count("Only once.") == 1
    assert len(ali.topics()) == 1


async def test_a_command_that_is_none_of_ours_does_not_reach_the_customer(sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    await ali.command("/colse")
    await ali.wait_for("Not sent: there is no such command. There are: /take,")
    await ali.say("Bye")
    await sara.wait_for("Bye")
    assert "/colse" not in bot_says(sara)
