"""A restart in good order, and flows that changed meanwhile: the turn in hand is finished, no conversation is moved."""

from pathlib import Path

from storage.database import Database
from tests.botapi.server import BotApiServer
from tests.invariants.checker import at_rest, check, pending
from tests.invariants.crowd import Crowd
from tests.invariants.flows import FLOWS
from tests.invariants.house import House

OTHER_FLOWS = FLOWS.replace("Which way?", "What now?").replace("Heard {word}.", "Noted {word}.")
BROKEN_FLOWS = FLOWS.replace("call: words", "call: wrods")
PATIENCE_SECONDS = 30.0


async def test_a_conversation_ends_with_the_flows_it_began_with(
    server: BotApiServer, tmp_path: Path, database_url: str
) -> None:
    house = House.build(tmp_path / "house", server, database_url)
    sara, ali, omid = (server.customer(number, name) for number, name in enumerate(("Sara", "Ali", "Omid"), 100))
    async with house.process() as process:
        await sara.start()
        await sara.wait_for("Which way?")
        house.write_flows(OTHER_FLOWS)
        await process.says("author=folder", within=PATIENCE_SECONDS)
        await ali.start()
        await ali.wait_for("What now?")
        await sara.tap("Say a word")
        await sara.wait_for("A word?")
        await process.kill()
    house.write_flows(BROKEN_FLOWS)
    async with house.process() as process:
        await process.says("wrods")
        await sara.say("still")
        await sara.wait_for("Heard still.", within=PATIENCE_SECONDS)
        await sara.wait_for("Which way?")
        await omid.start()
        await omid.wait_for("What now?")


async def test_who_is_told_to_stop_finishes_first(server: BotApiServer, tmp_path: Path, database_url: str) -> None:
    house = House.build(tmp_path / "house", server, database_url)
    crowd = Crowd(server, walking=20)
    database = Database(database_url)
    async with house.process() as process:
        crowd.come()
        await crowd.taken(40)
        server.fail_sometimes("slow", 1.0, method="sendMessage", seconds=0.3)
        await crowd.taken(10)
        said = len(server.calls)
        assert await process.stop() == 0
        assert len(server.calls) > said, "what was in hand was sent"
        assert await database.read(pending) == 0
    server.recover()
    async with house.process():
        await crowd.go_home()
        await at_rest(server, database)
        await check(server, database, crowd.customers)
    await database.close()
