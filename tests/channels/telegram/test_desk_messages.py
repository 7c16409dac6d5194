"""What is said between customers and agents: canned answers, albums, changed files, the history."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.botapi.people import Person, Seen
from tests.botapi.server import BotApiServer
from tests.channels.telegram.desk_shop import ALI, DESK, FLOWS, SARA, bot_says, talk
from tests.channels.telegram.served import Shop

CANNED = """
queues: {support: {default: true, dispositions: [solved, spam]}, sales: {}}
canned:
  hello: {en: "Hello {customer.name}, I am {agent.name}. (#{number}, {queue})", fa: "سلام {customer.name}!"}
  order: {en: "About order {slots.order}:"}
  one_moment: One moment please.
"""


@pytest.fixture
async def shop(tmp_path: Path, server: BotApiServer, stack: AsyncExitStack) -> Shop:
    server.forum(DESK)
    shop = Shop(tmp_path, server, FLOWS, desk_chats=[DESK], desk=CANNED)
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    return shop


@pytest.fixture
def ali(server: BotApiServer, shop: Shop) -> Person:
    return server.member(server.world.chats[DESK], ALI, "Ali")


@pytest.fixture
def sara(server: BotApiServer, shop: Shop) -> Person:
    return server.customer(SARA, "Sara")


# Canned answers


async def test_a_canned_answer_is_said_as_the_agents_own_and_shown_to_agents(sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    asked = await ali.command("/canned HELLO")
    said = await sara.wait_for("Hello Sara, I am Ali. (#1, support)")
    await ali.wait_for("➡️ Ali:\nHello Sara, I am Ali. (#1, support)")
    await sara.say("Good morning", reply_to=said)
    answer = await ali.wait_for("Good morning")
    assert ali.chat.posts[answer.message_id].reply_to == asked.message_id
    await ali.command("/history")
    await ali.wait_for("Ali: Hello Sara, I am Ali.")


async def test_canned_answers_are_chosen_from_a_list(sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    await ali.command("/canned")
    listed = await ali.wait_for("Which answer?")
    assert listed.labels == ["hello", "order", "one moment"]
    await ali.tap("one moment", on=listed)
    await sara.wait_for("One moment please.")
    await ali.wait_for("➡️ Ali:\nOne moment please.")
    query = await ali.tap("order", on=listed)
    assert query
    assert "needs “order”" in (await query.answer())["text"]
    await ali.command("/canned helo")
    told = await ali.wait_for("Did you mean “hello”?")
    assert told.labels == listed.labels
    await ali.command("/canned nothing like it")
    await ali.wait_for("no answer is called “nothing like it”")
    assert not [text for text in bot_says(sara) if "order" in text]


# Albums


async def test_the_album_of_a_customer_stays_together(server: BotApiServer, sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    sent = await sara.send_album(b"\xff\xd81", b"\xff\xd82", b"\xff\xd83", caption="Broken here, here and here")
    await ali.wait_until(lambda screen: len(_photos(screen)) == 3)
    shown = _photos(ali.screen())
    assert len({ali.chat.posts[seen.message_id].album for seen in shown}) == 1
    assert [seen.content["photo"] for seen in shown] == [seen.content["photo"] for seen in sent]
    assert shown[0].text == "Broken here, here and here"
    assert len(server.log.to("sendMediaGroup")) == 1
    await ali.say("Which one?", reply_to=shown[1])
    seen = await sara.wait_for("Which one?")
    assert sara.chat.posts[seen.message_id].reply_to == sent[1].message_id


async def test_the_album_of_an_agent_stays_together(server: BotApiServer, sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    await ali.send_album(b"\xff\xd81", b"\xff\xd82", caption="Like these?")
    await ali.say("Or others?")
    await sara.wait_until(lambda screen: len(_photos(screen)) == 2)
    await sara.wait_for("Or others?", ever=True)
    photos = _photos(sara.screen())
    assert len({sara.chat.posts[seen.message_id].album for seen in photos}) == 1
    assert sara.screen()[-1].text == "Or others?"
    await sara.say("The second", reply_to=photos[1])
    await ali.wait_for("The second")


async def test_an_album_that_is_refused_as_such_goes_one_by_one(
    server: BotApiServer, sara: Person, ali: Person
) -> None:
    ali = await talk(sara, ali)
    sent = await sara.send_album(b"\xff\xd81", b"\xff\xd82")
    del server.world.files._by_id[sent[1].content["photo"][-1]["file_id"]]
    await ali.wait_until(lambda screen: len(_photos(screen)) == 1)
    await ali.wait_for("could not be shown here", ever=True)
    server.violations.clear()


def _photos(screen: list[Seen]) -> list[Seen]:
    return [seen for seen in screen if seen.from_bot and "photo" in seen.content]


# Changes


async def test_changed_captions_and_files_are_changed_on_the_other_side(
    server: BotApiServer, sara: Person, ali: Person
) -> None:
    ali = await talk(sara, ali)
    photo = await sara.send_photo(caption="The box")
    shown = await ali.wait_for("The box")
    await sara.edit(photo, "The broken box")
    changed = await ali.wait_for("The broken box", ever=True)
    assert changed.message_id == shown.message_id
    other = await sara.send_photo(b"\xff\xd8another")
    shown = await ali.wait_for(where=lambda seen: "photo" in seen.content and seen.text == "")
    post = sara.chat.posts[photo.message_id]
    post.content = {**other.content, "caption": "The other box"}
    post.edit_date = post.date
    server.world.emit("edited_message", sara.chat.message(post), SARA)
    changed = await ali.wait_for("The other box", ever=True)
    assert changed.message_id != shown.message_id
    assert changed.content["photo"] == other.content["photo"]
    file = await ali.send_document(caption="Your bill")
    got = await sara.wait_for("Your bill")
    await ali.edit(file, "Your invoice")
    changed = await sara.wait_for("Your invoice", ever=True)
    assert (changed.message_id, changed.content["document"]) == (got.message_id, got.content["document"])


# The history


async def test_the_history_has_notes_and_changes_and_who_made_them(sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    hers = await sara.say("Order 17")
    await ali.wait_for("Order 17")
    await sara.edit(hers, "Order 18")
    await ali.wait_for("Order 18", ever=True)
    await ali.command("/note careful with this one")
    await ali.wait_for("Noted.")
    await ali.command("/history")
    shown = await ali.wait_for("Order 17")
    lines = [line.partition(" ")[2] if line[:1].isdigit() else line for line in shown.text.splitlines()]
    assert {"Sara: Order 17", "✎ Sara: Order 18", "📝 Ali: careful with this one"} <= {
        line if line[0] not in "✎📝" else f"{line[0]} {line.split(' ', 2)[2]}" for line in lines if line
    }


async def test_a_long_history_is_a_file(server: BotApiServer, sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    for number in range(4):
        await ali.say(f"{number} " + "words " * 600)
        await sara.wait_for(f"{number} words")
    await ali.command("/history")
    sent = await ali.wait_for(where=lambda seen: "document" in seen.content)
    assert sent.content["document"]["file_name"] == "1.txt"
    content = next(iter(server.log.to("sendDocument")[-1].uploads.values())).decode("utf-8-sig")
    assert content.count("words") == 2400
    assert "Ali: 3 words" in content
