"""Neither secrets nor what people write reach the log, in whatever form it is written and whatever goes wrong."""

import json
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import quote

import pytest

from storage.database import Database
from tests.botapi.people import Person
from tests.botapi.server import TOKEN, BotApiServer
from tests.invariants.house import House
from tests.invariants.process import Process
from tests.invariants.staff import DESK_CHAT, hire

PASSWORD = "pass-marker-31"
SECRET = "secret-marker-32"
BAD_TOKEN = "7000000009:AAF-bad-token-marker-33-of-thirty-five"
NAME, TEXT, THING, EDIT, CAPTION, FILE, REPLY, NOTE = (
    f"{what}-marker-{number}"
    for number, what in enumerate(("name", "text", "thing", "edit", "caption", "file", "reply", "note"), 41)
)
MARKERS = (
    *(PASSWORD, SECRET, "token-marker", TOKEN.partition(":")[2]),
    *(NAME, TEXT, THING, EDIT, CAPTION, FILE, REPLY, NOTE),
)
PATIENCE_SECONDS = 60.0


@pytest.mark.parametrize("format", ["console", "json"])
async def test_the_log_holds_no_secret_and_no_word(
    server: BotApiServer, tmp_path: Path, postgres_database: str, format: str
) -> None:
    house = House.build(tmp_path / "house", server, postgres_database)
    settings = {
        "DATABASE__URL": postgres_database.replace("//postgres:@", f"//postgres:{PASSWORD}@"),
        "TELEGRAM__WEBHOOK_SECRET": SECRET,
        "TELEGRAM__DESK_CHAT_ID": str(DESK_CHAT),
        "LOG__LEVEL": "debug",
        "LOG__FORMAT": format,
    }
    assert PASSWORD in settings["DATABASE__URL"]
    async with AsyncExitStack() as stack:
        database = Database(postgres_database)
        stack.push_async_callback(database.close)
        (ali,) = await hire(server, database, ["Ali"])
        process = await stack.enter_async_context(house.process(settings))
        stranger = await stack.enter_async_context(house.process(settings | {"TELEGRAM__TOKEN": BAD_TOKEN}))
        await _talk(server, server.customer(100, NAME), ali)
        await process.says("delivery_failed", within=PATIENCE_SECONDS)
        await stranger.says("Unauthorized", within=PATIENCE_SECONDS)
        for one in (process, stranger):
            assert await one.stop() == 0
            _look_through(one, format)


async def _talk(server: BotApiServer, sara: Person, ali: Person) -> None:
    """Through everything that goes well and much that does not."""
    await sara.start()
    await sara.wait_for("Which way?")
    await sara.tap("Break it")
    await sara.wait_for("Break what?")
    await sara.say(THING)
    await sara.wait_for("It broke.", within=PATIENCE_SECONDS)
    await sara.wait_for("Which way?", where=lambda seen: bool(seen.buttons))
    server.fail_next("garbage", method="sendMessage", chat_id=100)
    server.fail_next("reset", method="sendMessage", chat_id=100)
    await sara.tap("Say a word")
    await sara.wait_for("A word?", within=PATIENCE_SECONDS)
    said = await sara.say(TEXT)
    await sara.edit(said, EDIT)
    await sara.wait_for("Which way?", within=PATIENCE_SECONDS)
    await sara.send_document(b"...", name=FILE, caption=CAPTION)
    await sara.tap("Talk to a person")
    desk = await ali.wait_for_topic("", within=PATIENCE_SECONDS)
    await sara.say(f"{TEXT} to you")
    await desk.wait_for(f"{TEXT} to you", within=PATIENCE_SECONDS)
    await desk.say(f"// {NOTE}")
    await desk.say(REPLY)
    await sara.wait_for(REPLY, within=PATIENCE_SECONDS)
    server.block(100)
    await desk.say(f"{REPLY} again")
    await desk.wait_for("did not reach", within=PATIENCE_SECONDS)


def _look_through(process: Process, format: str) -> None:
    for line in process.lines:
        for marker in MARKERS:
            assert marker not in line
            assert quote(marker) not in line
    if format == "json":
        logged = [json.loads(line) for line in process.lines if line.startswith("{")]
        assert "stopping" in {line["event"] for line in logged}
