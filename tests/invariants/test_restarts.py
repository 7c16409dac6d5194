"""A restart in good order, and flows that changed meanwhile: the turn in hand is finished, no conversation is moved."""

from pathlib import Path

from storage.database import Database
from tests.botapi.server import BotApiServer
from tests.invariants.checker import at_rest, check, pending
from tests.invariants.crowd import PATIENCE_SECONDS, Crowd
from tests.invariants.flows import FLOWS
from tests.invariants.house import House
from tests.invariants.waiting import until

OTHER_FLOWS = FLOWS.replace("Which way?", "What now?").replace("Heard {word}.", "Noted {word}.")
BROKEN_FLOWS = FLOWS.replace("call: words", "call: wrods")
SLOW_SECONDS = 0.3


async def test_the_turn_in_hand_is_finished_and_flows_stay_what_they_were(
    server: BotApiServer, tmp_path: Path, database_url: str
) -> None:
    house = House.build(tmp_path / "house", server, database_url)
    crowd, newcomers = Crowd(server, walking=15), [server.customer(100 + number, "New") for number in range(2)]
    database = Database(database_url)
    async with house.process() as process:
        crowd.come()
        await crowd.taken(40)
        house.write_flows(OTHER_FLOWS)
        await process.says("author=folder", within=PATIENCE_SECONDS)
        await newcomers[0].start()
        await newcomers[0].wait_for("What now?", within=PATIENCE_SECONDS)
        server.fail_sometimes("slow", 1.0, method="sendMessage", seconds=SLOW_SECONDS)
        await crowd.taken(10)

        async def something_is_in_hand() -> bool:
            return await database.read(pending) > 0

        await until(something_is_in_hand, PATIENCE_SECONDS, "nothing is on its way")
        assert await process.stop() == 0
        assert await database.read(pending) == 0
    server.recover()
    house.write_flows(BROKEN_FLOWS)
    async with house.process() as process:
        await process.says("wrods")
        await newcomers[1].start()
        await newcomers[1].wait_for("What now?", within=PATIENCE_SECONDS)
        await crowd.taken(20)
        await crowd.go_home()
        await at_rest(server, database)
        await check(server, database, crowd.customers)
        process.check_sound()
    await database.close()
