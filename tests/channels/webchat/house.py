"""A house with a web chat: real turns, a real database, a real port."""

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from prometheus_client import CollectorRegistry
from sqlalchemy import select

from bot.channels.webchat.site import WebChat
from bot.content import Content, RichText
from bot.desk.desk_file import read_desk
from bot.engine.inputs import ActionReturned, AgentJoined, AnyHeard
from bot.events import ActionRequested, AgentSaid, AnyEvent, HandoffRequested, from_json
from bot.ports import Actions, Inbound
from bot.service.case import Case
from bot.service.consequences import hear, record
from bot.service.desk.agents import Agents
from bot.service.files import Files
from bot.service.house import House as Service
from bot.service.installation import SystemClock
from bot.service.jobs import Job
from bot.service.work import Work
from bot.settings import Business, FlowFiles, Http, Secret, Settings
from bot.settings import Database as DatabaseSettings
from bot.settings import WebChat as WebChatSettings
from storage import event_log
from storage.database import Connection, DatabaseDown
from storage.tables import ConversationRow
from tests.databases import sqlite_copy

ROOT = Path(__file__).parents[3]
SHOP, DESK = ROOT / "flows", ROOT / "config/desk.yaml"
LIMIT_BYTES = 300_000
STOP_SECONDS = 1.0
AGENT = "an-agent"  # no other id can have this in it


class House:
    """One installation. `serve` and `stop` are the server's alone: what was said stays, as after a new start."""

    def __init__(
        self,
        folder: Path,
        flows: Sequence[str],
        *,
        allowed: Sequence[str] = (),
        public_url: str | None = None,
        database_url: str | None = None,
        proxies: Sequence[str] = (),
        **limits: float,
    ) -> None:
        self.folder = folder
        self.port = 0
        self.runner: web.AppRunner | None = None
        path = folder / "flows" if flows else SHOP
        for number, text in enumerate(flows):
            path.mkdir(exist_ok=True)
            (path / f"{number}.yaml").write_text(text, encoding="utf-8")
        self.settings = Settings(
            database=DatabaseSettings(url=Secret(database_url or sqlite_copy(folder / "switchboard.db"))),
            flows=FlowFiles(path=str(path), publish="manual"),
            http=Http(public_url=public_url, trusted_proxies=tuple(proxies)),
            webchat=WebChatSettings(allowed_origins=tuple(allowed), **limits),
            business=Business(name="Noora & <Sons>"),
        )
        desk = read_desk(str(DESK), DESK.read_bytes())
        assert desk.desk is not None
        assert desk.names is not None
        registry = CollectorRegistry()
        self.service = Service(self.settings, desk=desk.desk, names=desk.names, clock=SystemClock(), registry=registry)
        self.service.files = self.files = Files(folder / "files", LIMIT_BYTES)
        self.service.installation.desk_groups = lambda: ("-1001",)
        self.turns, self.database = self.service.turns, self.service.database

    async def open(self, *actions: Actions) -> None:
        """Publish the flows, begin to listen."""
        published = await self.service.publishing.publish("test", "")
        assert published.revision is not None, published.problems
        for each in actions:
            self.service.run_actions(each)
        self.service.start()
        await self.serve()

    async def close(self) -> None:
        await self.stop()
        await self.service.close()

    async def serve(self) -> None:
        """Listen, at the port of before if there was one."""
        app = web.Application()
        chat = WebChat(
            turns=self.turns,
            transcripts=self.service.transcripts,
            files=self.files,
            clock=self.service.clock,
            settings=self.settings,
            installation=self.service.installation,
            outage=DatabaseDown,
        )
        chat.mount(app)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self.runner.addresses[0][1]

    async def stop(self) -> None:
        """Leave the port; open lines end."""
        if self.runner is not None:
            await self.runner.cleanup()
            self.runner = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # What the rest of the house does

    async def log(self) -> list[AnyEvent]:
        """Everything that happened, in order."""
        return [from_json(entry.body) for entry in await self.database.read(_everything)]

    async def happens(self, *events: AnyEvent) -> None:
        """Write events into the newest conversation."""
        await self._work(lambda work, key: record(work, _case(work, key), list(events)))

    async def hears(self, *heard: AnyHeard) -> None:
        """Let the newest conversation hear this."""
        await self._work(lambda work, key: [hear(work, _case(work, key), one) for one in heard])

    async def add_agent(self) -> None:
        """Somebody serves the default queue."""
        await Agents(database=self.database, clock=SystemClock()).add("Mina", telegram_id=1, queues=["support"])

    async def agent_joins(self, name: str) -> None:
        handoff = next(event for event in reversed(await self.log()) if isinstance(event, HandoffRequested)).handoff
        await self.hears(AgentJoined(handoff=handoff, agent=AGENT, agent_name=name))

    async def agent_says(self, text: str | RichText, **parts: Any) -> None:
        said = text if isinstance(text, RichText) else RichText(text=text)
        content = Content(text=said, **parts)
        await self.happens(AgentSaid(agent=AGENT, content=content, message_id=secrets.token_hex(4)))

    async def action_returns(self, *events: Any, responses: Sequence[Any] = ()) -> None:
        """The action that was asked for last comes back."""
        call = next(event for event in reversed(await self.log()) if isinstance(event, ActionRequested)).call_id
        heard = ActionReturned(call_id=call, seconds=0.1, events=events, responses=tuple(responses))
        await self.turns.take(Inbound(channel="action", external_id=call, address=call, heard=heard))

    async def _work(self, act: Callable[[Work, str], object]) -> None:
        newest = (await self.database.read(_everything))[-1].conversation_id
        await self.turns.do(Job(act=lambda work: act(work, newest), again=None, conversation=newest))


def _everything(connection: Connection) -> list[event_log.Entry]:
    ids = connection.execute(select(ConversationRow.id).order_by(ConversationRow.number)).scalars().all()
    return [entry for key in ids for entry in event_log.read_conversation(connection, key)]


def _case(work: Work, id: str) -> Case:
    case = work.case(id)
    assert case is not None
    return case


@asynccontextmanager
async def house_of(folder: Path, *flows: str, actions: Sequence[Actions] = (), **settings: Any) -> AsyncIterator[House]:
    """A house with these flows, or with those that are shipped."""
    house = House(folder, flows, **settings)
    await house.open(*actions)
    try:
        yield house
    finally:
        await house.close()
