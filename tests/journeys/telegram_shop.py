"""The shipped shop in Telegram: the real program, a strict Bot API server, customers, and agents in their group."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.service.desk.agents import Agents
from bot.service.installation import SystemClock
from storage.database import Database
from storage.schema import migrate
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.invariants.balancer import Balancer
from tests.invariants.house import Mode
from tests.invariants.nursery import ROOT
from tests.invariants.process import MANY, Process
from tests.ports import free_port

DESK = -1001234567890
ALI = 201
DESK_FILE = (ROOT / "config" / "desk.yaml").read_text(encoding="utf-8")
ALWAYS_OPEN = DESK_FILE.replace("calendar: office", "calendar: always").replace(
    "  office:\n    time_zone: Asia/Dubai\n    weekly:", "  office: {}\n  unused:\n    weekly:"
)


@dataclass(frozen=True, slots=True)
class TelegramShop:
    """`processes` serve one database; agents write in the group DESK."""

    server: BotApiServer
    database_url: str
    processes: tuple[Process, ...]

    def agent(self, user_id: int, name: str) -> Person:
        """Somebody in the agents' group."""
        return self.server.member(self.server.world.chats[DESK], user_id, name)


async def hire(database_url: str, **agents: int) -> None:
    """Add agents, by name with their Telegram accounts, to all queues."""
    database = Database(database_url)
    try:
        desk = Agents(database=database, clock=SystemClock())
        for name, account in agents.items():
            await desk.add(name, telegram_id=account, queues=["support", "orders", "returns"])
    finally:
        await database.close()


@asynccontextmanager
async def open_shop(
    folder: Path,
    server: BotApiServer,
    database_url: str,
    mode: Mode = "polling",
    *,
    count: int = 1,
    desk_file: str = ALWAYS_OPEN,
    **settings: str,
) -> AsyncIterator[TelegramShop]:
    """Serve until the context ends."""
    migrate(database_url)
    if DESK not in server.world.chats:
        server.forum(DESK)
    (folder / "desk.yaml").write_text(desk_file, encoding="utf-8")
    ports = [free_port() for _ in range(count)]
    async with AsyncExitStack() as stack:
        public_url = (await stack.enter_async_context(Balancer(ports))).url
        usual = _settings(server, folder, database_url, mode, public_url) | settings
        processes = tuple(Process(folder / "run", usual | {"HTTP__PORT": str(port)}) for port in ports)
        for process in processes:
            await process.spawn()
            stack.push_async_callback(process.kill)
        for process in processes:
            await process.opened()
        yield TelegramShop(server, database_url, processes)


def _settings(server: BotApiServer, folder: Path, database_url: str, mode: Mode, public_url: str) -> dict[str, str]:
    return {
        "DATABASE__URL": database_url,
        "FLOWS__PATH": str(ROOT / "flows"),
        "DESK__PATH": str(folder / "desk.yaml"),
        "HTTP__PUBLIC_URL": public_url,
        "TELEGRAM__TOKEN": server.token,
        "TELEGRAM__API_URL": server.url,
        "TELEGRAM__MODE": mode,
        "TELEGRAM__DESK_CHAT_ID": str(DESK),
        "TELEGRAM__MESSAGES_PER_SECOND": MANY,
        "TELEGRAM__MESSAGES_PER_CHAT_PER_SECOND": MANY,
        "TELEGRAM__MESSAGES_PER_GROUP_PER_MINUTE": MANY,
    }
