"""Agents in their group talk with customers of the web chat: each side gets the other's files."""

from pathlib import Path

import pytest

from bot.content import Content
from bot.engine.inputs import MediaHeard, TapHeard, TextHeard
from bot.events import AgentSaid, from_json
from bot.ports import Inbound
from storage import event_log
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.channels.telegram.desk_shop import DESK
from tests.channels.telegram.served import Shop


async def web(shop: Shop, number: int, heard: TextHeard | TapHeard | MediaHeard) -> None:
    await shop.turns.take(
        Inbound(channel="webchat", external_id=str(number), address="visitor", heard=heard, name="Webby")
    )


async def said_by_agents(shop: Shop, conversation: str) -> list[Content]:
    entries = await shop.database.read(lambda connection: event_log.read_conversation(connection, conversation))
    events = [from_json(entry.body) for entry in entries]
    return [event.content for event in events if isinstance(event, AgentSaid)]


async def talk_on_the_web(shop: Shop, ali: Person) -> Person:
    await web(shop, 1, TextHeard(text="Hi"))
    await web(shop, 2, TextHeard(text="Talk to a person"))
    ali = await ali.wait_for_topic("Webby")
    await ali.wait_for(button="Take", ever=True)
    await ali.tap("Take")
    await ali.wait_for("has it.", ever=True)
    return ali


async def test_files_of_the_web_are_uploaded_and_those_of_agents_fetched(desk_shop: Shop, ali: Person) -> None:
    ali = await talk_on_the_web(desk_shop, ali)

    async def chunks() -> object:
        yield b"%PDF-1.7 a receipt"

    stored = await desk_shop.files.save("receipt.pdf", chunks())  # type: ignore[arg-type]
    await web(desk_shop, 3, MediaHeard(attachment=stored.attachment, caption="See"))
    seen = await ali.wait_for("See")
    assert seen.content["document"]["file_name"] == "receipt.pdf"
    await ali.send_photo(b"\xff\xd8\xff a photo", caption="Like this?")
    handoff = await desk_shop.handoffs.in_thread(f"{DESK}:{ali.thread_id}")
    assert handoff
    await ali.say("Do you see it?")
    await desk_shop.server.all_delivered()
    photo, _ = await said_by_agents(desk_shop, handoff.conversation)
    assert photo.text.text == "Like this?"
    assert photo.attachment
    path = desk_shop.files.path(photo.attachment.file.removeprefix("upload:"))
    assert path
    assert path.read_bytes() == b"\xff\xd8\xff a photo"


@pytest.mark.parametrize("megabytes", [2, 21])
async def test_a_file_that_is_too_large_for_the_web_is_told(desk_shop: Shop, ali: Person, megabytes: int) -> None:
    ali = await talk_on_the_web(desk_shop, ali)
    content = b"x" * (megabytes * 1024 * 1024) if megabytes < 20 else b"x"
    await ali.send_document(content, pretended_size=megabytes * 1024 * 1024)
    await ali.wait_for("too large (up to 20 MB)" if megabytes > 20 else "too large (up to 1 MB)")


async def test_a_file_that_cannot_be_fetched_is_told(server: BotApiServer, desk_shop: Shop, ali: Person) -> None:
    ali = await talk_on_the_web(desk_shop, ali)
    server.fail_next("server_error", method="getFile")
    await ali.send_document()
    await ali.wait_for("could not be fetched")


async def test_a_file_of_an_agent_whose_words_go_nowhere_is_not_kept(
    desk_shop: Shop, ali: Person, reza: Person, tmp_path: Path
) -> None:
    ali = await talk_on_the_web(desk_shop, ali)
    assert ali.thread_id
    reza = reza.in_topic(ali.thread_id)
    await reza.send_photo(b"\xff\xd8\xff a photo", caption="Mine")
    await reza.wait_for("Not sent")
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []
