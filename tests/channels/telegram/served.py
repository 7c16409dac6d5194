"""An account of Telegram's with everything that it is connected with, served by polling or by webhook."""

import socket
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Literal

from aiohttp import web
from prometheus_client import CollectorRegistry

from bot.channels.telegram.account import Account, House
from bot.channels.telegram.updates import Turns as TakesTurns
from bot.desk.desk_file import read_desk
from bot.engine.flow import flow_set_to_json
from bot.engine.program import compile_program
from bot.engine.reader import read_flows
from bot.ports import Channel, Clock
from bot.service.crowds import Crowds
from bot.service.delivery import Delivery
from bot.service.departments.callbacks import Callbacks
from bot.service.departments.tickets import Tickets
from bot.service.desk.agents import Agents
from bot.service.desk.canned import Canned
from bot.service.desk.customer_cards import CustomerCards
from bot.service.desk.handoffs import Handoffs
from bot.service.desk.invitations import Invitations
from bot.service.desk.routing import Router
from bot.service.desk.supervision import Supervision
from bot.service.drafts import Drafts
from bot.service.files import Files
from bot.service.holder import Holder
from bot.service.installation import Installation, SystemClock
from bot.service.joining_acts import Joining
from bot.service.limits import Limits
from bot.service.measurements import Measurements
from bot.service.private.desk import PrivateDesk
from bot.service.programs import Programs
from bot.service.publishing import Publishing
from bot.service.sending import Sender
from bot.service.settling import Settling
from bot.service.slots import Slots
from bot.service.turns import Turns
from bot.service.wakeups import Wakeups
from bot.settings import Secret, Telegram
from storage import revisions
from storage.database import Database, DatabaseDown
from tests.botapi.server import BotApiServer
from tests.channels.telegram.leases import OneProcess
from tests.databases import sqlite_copy

SECRET = "a-secret-of-the-webhook"
ADMIN_CHAT = -88
LIMIT_BYTES = 1024 * 1024
DESK = "queues: {support: {default: true, dispositions: [solved, spam]}, sales: {}}"

Mode = Literal["polling", "webhook"]


async def listen(stack: AsyncExitStack, app: web.Application, port: socket.socket) -> None:
    """Serve the application at a port that is open already."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, port).start()


class Shop:
    """The whole house on an SQLite file, with flows and a desk of its own."""

    def __init__(
        self,
        folder: Path,
        server: BotApiServer,
        flows: str = "",
        *,
        desk_chats: Sequence[int] = (),
        clock: Clock | None = None,
        desk: str = DESK,
    ) -> None:
        self.url = sqlite_copy(folder / "switchboard.db")
        self.database = Database(self.url)
        self.folder = folder
        self.server = server
        self.flows = flows
        self.desk = desk
        self.desk_chats = tuple(desk_chats)
        self.supervisors: int | None = None
        self.limits: Mapping[str, Limits] = {}
        self.leases = OneProcess()
        self.clock: Clock = clock or SystemClock()
        self.programs = Programs()
        self.files = Files(folder / "files", LIMIT_BYTES)
        self.agents = Agents(database=self.database, clock=self.clock)
        self.account: Account
        self.turns: Turns
        self.handoffs: Handoffs
        self.routing: Router
        self.invitations: Invitations
        self.wakeups: Wakeups
        self.delivery: Delivery
        self.webhook_url = ""

    async def open(self, stack: AsyncExitStack, mode: Mode = "polling", turns: TakesTurns | None = None) -> None:
        """Serve until the stack ends. With `turns`, what customers say goes there instead."""
        stack.push_async_callback(self.database.close)
        if turns is None:
            await self.publish(self.flows)
        installation = self._installation(self.programs)
        measurements = Measurements(CollectorRegistry())
        self._make_parts(installation, measurements)
        stack.push_async_callback(self.turns.close)
        port = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{port.getsockname()[1]}"
        slots = Slots(self.turns, self.clock)
        crowds = Crowds(slots=slots, installation=installation, clock=self.clock)
        house = self._house(turns or self.turns, installation, crowds)
        self.account = Account(self._settings(mode), house, public_url=url, secret=SECRET)
        installation.desk_groups = self.account.desk.groups
        installation.telegram_name = self.account.name
        stack.push_async_callback(self.account.close)
        channels: dict[str, Channel] = {"telegram": self.account.customers, "desk": self.account.desk}
        self._deliver(stack, installation, measurements, channels, slots, crowds)
        self.webhook_url = f"{url}/telegram/webhook"
        app = web.Application()
        self.account.add_routes(app)
        await listen(stack, app, port)
        self.account.start()
        stack.push_async_callback(self.account.stop_listening)

    def _installation(self, programs: Programs) -> Installation:
        desk = read_desk("desk.yaml", self.desk).desk
        assert desk is not None
        return Installation(
            holder=Holder("test"),
            programs=programs,
            desk=desk,
            pulled=frozenset({"webchat"}),
            supervisors=self.supervisors,
            limits=self.limits,
        )

    def _make_parts(self, installation: Installation, measurements: Measurements) -> None:
        database, clock = self.database, self.clock
        self.turns = Turns(database=database, installation=installation, clock=clock, measurements=measurements)
        self.wakeups = Wakeups(
            database=database, turns=self.turns, installation=installation, clock=clock, measurements=measurements
        )
        self.handoffs = Handoffs(database=database, turns=self.turns, installation=installation)
        self.routing = Router(database=database, turns=self.turns, installation=installation, clock=clock)
        self.invitations = Invitations(database=database, installation=installation, clock=clock)

    def _house(self, takes: TakesTurns, installation: Installation, crowds: Crowds) -> House:
        database, turns, clock = self.database, self.turns, self.clock
        return House(
            turns=takes,
            handoffs=self.handoffs,
            agents=self.agents,
            canned=Canned(turns=turns, installation=installation),
            crowds=crowds,
            cards=CustomerCards(database=database, turns=turns, installation=installation),
            joining=Joining(turns),
            supervision=Supervision(database=database, installation=installation, clock=clock),
            invitations=self.invitations,
            tickets=Tickets(database=database, turns=turns, installation=installation),
            callbacks=Callbacks(database=database, turns=turns, installation=installation, clock=clock),
            department_chats=installation.desk.department_chats(),
            private_desk=PrivateDesk(
                database=database,
                turns=turns,
                agents=self.agents,
                handoffs=self.handoffs,
                installation=installation,
            ),
            files=self.files,
            leases=self.leases,
            drafts=self._drafts(installation.programs),
            outage=DatabaseDown,
            program=installation.programs.newest_program,
            languages=("en", "fa"),
        )

    def _settings(self, mode: Mode) -> Telegram:
        return Telegram(
            token=Secret(self.server.token),
            api_url=self.server.url,
            mode=mode,
            desk_chat_id=self.desk_chats,
            admin_chat_id=ADMIN_CHAT,
            supervisor_chat_id=self.supervisors,
        )

    def _drafts(self, programs: Programs) -> Drafts:
        publishing = Publishing(
            database=self.database, programs=programs, folder=self.folder / "flows", desk=None, clock=self.clock
        )
        return Drafts(database=self.database, turns=self.turns, publishing=publishing, agents=self.agents)

    async def publish(self, flows: str, revision: str = "test") -> None:
        """Let new conversations begin with these."""
        reading = read_flows({"flows.yaml": flows})
        assert reading.flow_set is not None, "\n".join(map(str, reading.problems))
        body, now = flow_set_to_json(reading.flow_set).decode(), self.clock.now()
        self.programs.keep(compile_program(reading.flow_set, revision))
        self.programs.newest = revision
        await self.database.run(lambda connection: revisions.publish(connection, revision, body, "test", "test", now))

    def _deliver(
        self,
        stack: AsyncExitStack,
        installation: Installation,
        measurements: Measurements,
        channels: dict[str, Channel],
        slots: Slots,
        crowds: Crowds,
    ) -> None:
        settling = Settling(database=self.database, turns=self.turns, clock=self.clock)
        sender = Sender(
            channels=channels,
            installation=installation,
            settling=settling,
            slots=slots,
            crowds=crowds,
            clock=self.clock,
            measurements=measurements,
        )
        self.delivery = Delivery(
            database=self.database,
            installation=installation,
            sender=sender,
            clock=self.clock,
            measurements=measurements,
        )
        self.turns.on_commit(self.delivery.accept)
        stack.push_async_callback(self.delivery.close, 5.0)
