"""The one place where parts are built and joined, started and stopped."""

import asyncio
import errno
import gc
import logging
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aiohttp import web
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from yarl import URL

from bot.authored_files import content_of
from bot.channels.webchat.site import WebChat
from bot.desk.desk_file import Desk, DeskNames, read_desk
from bot.logs import configure_logging
from bot.ports import Clock
from bot.service.desk.canned import Canned
from bot.service.house import FILES, House
from bot.service.installation import SystemClock
from bot.service.publishing import log_problems
from bot.settings import Settings, variable
from storage import kept_settings
from storage.database import DatabaseDown
from storage.engines import UnusableUrl
from storage.schema import SchemaMismatch, check_schema
from storage.serving import ServedElsewhere, serve_alone

log = logging.getLogger(__name__)

READY_SECONDS = 2.0  # a database that takes longer does not answer
READINESS = "readiness"
STOP_SECONDS = 10.0  # what clients get to finish what they were sending
COLLECTIONS = (20_000, 20, 20)
SWITCH_SECONDS = 0.0005  # a turn's slowest are a tenth shorter than with Python's own 0.005

Closing = Callable[[], Awaitable[None]]
Telling = Callable[[], tuple[str, ...]]


class StartFailed(Exception):
    """The house cannot be opened. The text is one line for people: what is wrong and what to do."""


async def serve(settings: Settings) -> None:
    """Serve customers and agents until SIGTERM or SIGINT. Raises StartFailed."""
    hidden = (settings.telegram.token, settings.telegram.webhook_secret)
    configure_logging(settings.log.level, settings.log.format, secrets=[secret for secret in hidden if secret])
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    app = App(settings)
    try:
        await app.open()
        # What lives as long as the process need not be looked at by every collection, and there are many: aiogram makes
        # a class for each call, which pydantic keeps weakly.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECTIONS)
        # The thread that has a transaction waits for the loop after each of the database's answers.
        sys.setswitchinterval(SWITCH_SECONDS)
        print(app.announcement(), flush=True)
        await stop.wait()
        log.info("stopping")
    finally:
        await app.close()


class App:
    """One process as the settings want it. Raises StartFailed when the desk's file or database.url is of no use."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        """Without a clock the machine's own is used."""
        self.settings = settings
        self.address = ""
        self._registry = CollectorRegistry()
        desk, names = _read_desk(settings)
        try:
            self.house = House(settings, desk=desk, names=names, clock=clock or SystemClock(), registry=self._registry)
        except UnusableUrl as unusable:
            raise StartFailed(f"database.url cannot be used: {unusable}") from unusable
        self._web = web.Application()
        self._runner = web.AppRunner(self._web, access_log=None, shutdown_timeout=STOP_SECONDS)
        self._starting: list[Callable[[], None]] = []
        self._deafening: list[Closing] = []
        self._closing: list[Closing] = []
        self._lacks: Telling = tuple
        self._warnings: Telling = tuple
        self._private_agents = 0
        self._let_others_serve: Callable[[], None] = lambda: None

    async def open(self) -> None:
        """Start everything that the settings switch on. Raises StartFailed."""
        ProcessCollector(registry=self._registry)
        _check_files()
        await self.open_service()
        self._serve_alone()
        self._join_web_chat()
        with self._database_is_needed():
            if self.settings.telegram.token is not None:
                await self._join_telegram()
            self._private_agents = sum(agent.works_privately for agent in await self.house.agents.every())
            self._join_operation()
            await self._listen()
            await self.house.succeed()
        self.house.start()
        for start in self._starting:
            start()

    async def open_service(self) -> None:
        """Open what every way to serve stands on: the database, the flows, the actions. Raises StartFailed."""
        with self._database_is_needed():
            await self.house.database.read(check_schema)
            await self._publish_flows()
        self._join_actions()

    async def close(self) -> None:
        """Take nothing more in, finish what is in hand, send for a moment what is booked, let go."""
        for deafen in self._deafening:
            await deafen()
        await self._runner.cleanup()
        await self.house.close()
        for close in self._closing:
            await close()
        self._let_others_serve()

    # What must be there

    @contextmanager
    def _database_is_needed(self) -> Iterator[None]:
        try:
            yield
        except SchemaMismatch as mismatch:
            raise StartFailed(str(mismatch)) from mismatch
        except DatabaseDown as down:
            address = self.settings.database.address
            raise StartFailed(f"the database at {address} does not answer ({down}): see database.url") from down

    def _serve_alone(self) -> None:
        try:
            self._let_others_serve = serve_alone(self.settings.database.url)
        except ServedElsewhere as served:
            advice = "stop it first; several processes need PostgreSQL, see database.url"
            raise StartFailed(f"another process serves {served}: {advice}") from served

    async def _publish_flows(self) -> None:
        publishing, folder = self.house.publishing, self.settings.flows.path
        try:
            await publishing.follow()
            if self.settings.flows.publish == "on_change":
                published = await publishing.publish_change("start", "found at start")
                log_problems(published)
        except OSError as error:
            if self.house.programs.newest is None:
                raise StartFailed(f"{error.filename or folder} cannot be read: {error.strerror or error}") from error
            log.error("flows_unreadable", extra={"reason": str(error)})  # what is published holds, as while it runs
        if self.house.programs.newest is None:
            advice = (
                "mend what is logged above, or see `switchboard check`"
                if self.settings.flows.publish == "on_change"
                else "run `switchboard flows publish`"
            )
            raise StartFailed(f"there are no flows to serve ({folder}): {advice}")

    # Rooms, imported when they are wanted: aiogram takes seconds and rasa_sdk a fifth of one

    def _join_actions(self) -> None:
        url, package = self.settings.actions.server_url, self.settings.actions.package
        if url is not None:
            from bot.actions.server import ServerActions

            server = ServerActions(url)
            self.house.run_actions(server)
            self._closing.append(server.close)
        elif package is not None:
            from bot.actions.in_process import InProcessActions
            from bot.actions.package import ActionPackageError, load_actions

            try:
                in_process = InProcessActions(load_actions(package))
            except ActionPackageError as error:
                raise StartFailed(f"actions.package {package} cannot be used: {error}") from error
            self.house.run_actions(in_process)
            self._closing.append(in_process.close)

    def _join_web_chat(self) -> None:
        house = self.house
        chat = WebChat(
            turns=house.turns,
            transcripts=house.transcripts,
            files=house.files,
            clock=house.clock,
            settings=self.settings,
            installation=house.installation,
            outage=DatabaseDown,
        )
        chat.mount(self._web)
        self._web.router.add_get("/", _to_the_chat)

    async def _join_telegram(self) -> None:
        from bot.channels.telegram.account import Account
        from bot.channels.telegram.account import House as Connected

        house, settings = self.house, self.settings.telegram
        secret = settings.webhook_secret or await self._made_secret()
        connected = Connected(
            turns=house.turns,
            handoffs=house.handoffs,
            agents=house.agents,
            canned=Canned(turns=house.turns, installation=house.installation),
            crowds=house.crowds,
            cards=house.cards,
            joining=house.joining,
            private_desk=house.private_desk,
            supervision=house.supervision,
            invitations=house.invitations,
            tickets=house.tickets,
            callbacks=house.callbacks,
            files=house.files,
            leases=house.duties,
            drafts=house.drafts(),
            outage=DatabaseDown,
            program=house.programs.newest_program,
            languages=house.languages(),
            department_chats=house.installation.desk.department_chats(),
        )
        account = Account(settings, connected, public_url=self.settings.http.public_url, secret=secret)
        house.join("telegram", account.customers)
        house.installation.telegram_name = account.name
        house.join_desk(account.desk)
        account.add_routes(self._web)
        self._lacks, self._warnings = account.missing, account.problems
        self._starting.append(account.start)
        self._deafening.append(account.stop_listening)
        self._closing.append(account.close)

    async def _made_secret(self) -> str:
        """What tells Telegram's calls of the webhook from others, made once for all processes."""
        made = secrets.token_urlsafe(32)
        return await self.house.database.run(
            lambda connection: kept_settings.keep(connection, "telegram.webhook_secret", made)
        )

    # Operation

    def _join_operation(self) -> None:
        self._web.router.add_get("/health/live", _alive)
        self._web.router.add_get("/health/ready", self._ready)
        self._web.router.add_get("/metrics", self._metrics)

    async def _ready(self, _request: web.Request) -> web.Response:
        """Whether customers can be served. That agents can't be reached is worth a warning: flows say so honestly."""
        missing = await self._missing()
        state = {"ready": not missing, "missing": missing, "warnings": self._warnings()}
        return web.json_response(state, status=503 if missing else 200)

    async def _missing(self) -> list[str]:
        missing = []
        try:
            async with asyncio.timeout(READY_SECONDS):
                await self.house.database.read(check_schema)
                await self.house.duties.hold(READINESS, 0.0)  # a full disk and a standby can be read
        except (TimeoutError, DatabaseDown):
            missing.append("the database does not answer, or takes nothing in")
        except SchemaMismatch as mismatch:
            missing.append(str(mismatch))
        if self.house.programs.newest is None:
            missing.append("no flows are published")
        return missing + list(self._lacks())

    async def _metrics(self, _request: web.Request) -> web.Response:
        text = await asyncio.to_thread(generate_latest, self._registry)
        return web.Response(body=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    async def _listen(self) -> None:
        http = self.settings.http
        await self._runner.setup()
        site = web.TCPSite(self._runner, http.host, http.port)
        try:
            await site.start()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                advice = f"end what uses it, or set {variable('http.port')} to another"
                raise StartFailed(f"port {http.port} of {http.host} is in use: {advice}") from error
            raise StartFailed(f"cannot listen at {http.host}:{http.port}: {error.strerror}") from error
        host, port = self._runner.addresses[0][:2]
        self.address = f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def announcement(self) -> str:
        """Where everything is, what is on, what is off and how to switch it on."""
        settings = self.settings
        telegram = settings.telegram.token is not None
        lines = {
            "web chat": f"{settings.http.public_url or self.address}/chat",
            "Telegram": f"on, by {settings.telegram.mode}"
            if telegram
            else f"off: set {variable('telegram.token')} to the token that @BotFather gives",
            "agents": self._where_agents_work(),
            "flows": f"{settings.flows.path}, revision {self.house.programs.newest}, published "
            + ("when they change" if settings.flows.publish == "on_change" else "by `switchboard flows publish`"),
            "actions": self._where_actions_run(),
            "database": settings.database.address,
            "health": f"{self.address}/health/ready, metrics at {self.address}/metrics",
        }
        width = max(map(len, lines)) + 2
        return "\n".join(
            [f"{settings.business.name} is open.", *(f"  {name:<{width}}{value}" for name, value in lines.items())]
        )

    def _where_actions_run(self) -> str:
        url = self.settings.actions.server_url
        return f"{self.settings.actions.package}, in this process" if url is None else str(URL(url).with_user(None))

    def _where_agents_work(self) -> str:
        groups = len(self.settings.telegram.desk_chat_id)
        where = [f"in {groups} Telegram group(s)"] if groups else []
        where += [f"{self._private_agents} in private chats with the bot"] if self._private_agents else []
        if where and self.settings.telegram.token is not None:
            return " and ".join(where)
        return (
            f"off: set {variable('telegram.desk_chat_id')} to the id of the agents' group in Telegram, "
            "or add one who works in a private chat with the bot: `switchboard agent add --help`"
        )


async def _alive(_request: web.Request) -> web.Response:
    return web.Response(text="alive\n")


async def _to_the_chat(_request: web.Request) -> web.Response:
    raise web.HTTPFound("/chat")


def _check_files() -> None:
    """Whether what visitors send can be kept. Raises StartFailed."""
    try:
        FILES.mkdir(parents=True, exist_ok=True)
        probe = FILES / f".{secrets.token_hex(8)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StartFailed(f"{error.filename} cannot be written: {error.strerror}") from error


def _read_desk(settings: Settings) -> tuple[Desk, DeskNames]:
    path = Path(settings.desk.path)
    try:
        reading = read_desk(str(path), content_of(path), settings.business.time_zone)
    except OSError as error:
        raise StartFailed(f"{path} cannot be read: {error.strerror}: see desk.path") from error
    if reading.desk is None or reading.names is None:
        first = next(problem for problem in reading.problems if problem.severity == "error")
        raise StartFailed(f"{first}: see `switchboard check`")
    return reading.desk, reading.names
