"""Who works at the desk, and whether they are there."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal, TypedDict, Unpack

from bot.content import Value
from bot.ports import Clock
from bot.service.written import ROUTING
from storage import agents, nudges
from storage.agents import Agent, Presence, Role
from storage.database import Connection, Database

SUPERVISORS: tuple[Role, ...] = ("supervisor", "admin")  # who may act on what others have


class AgentCard(Value, frozen=True, kw_only=True):
    """An agent as others see them."""

    id: str
    name: str
    role: Role
    telegram_id: int | None
    queues: tuple[str, ...]
    capacity: int  # customers at once
    languages: tuple[str, ...]  # all of them when there are none
    skills: tuple[str, ...]
    works_privately: bool
    presence: Presence
    presence_since: datetime | None
    presence_reason: str | None
    load: int  # customers they have now
    offered: int  # customers whom they may accept now


class Terms(TypedDict, total=False):
    """How an agent works; what is none stays as it is."""

    capacity: int | None
    languages: Collection[str] | None
    skills: Collection[str] | None
    works_privately: bool | None


class Agents:
    """Adds and removes agents, and keeps their presence."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(
        self,
        name: str,
        *,
        telegram_id: int | None,
        queues: Collection[str],
        role: Role = "agent",
        **terms: Unpack[Terms],
    ) -> AgentCard:
        """A new agent, or the one with this Telegram account under this name, in this role and with these queues.

        What is not said stays as it was. A new one is there at once: a desk in a messenger has no signing in, only who
        goes away says so.
        """
        now = self._clock.now()

        def add(connection: Connection) -> Agent:
            known = agents.by_telegram(connection, telegram_id) if telegram_id is not None else None
            if known is None:
                agent_id = agents.add(connection, name=name, role=role, telegram_id=telegram_id, queues=queues, now=now)
                agents.be(connection, agent_id, "available", None, now)
            else:
                agent_id = known.id
            _change(connection, agent_id, queues, {"name": name, "role": role, **terms})
            added = agents.get(connection, agent_id)
            assert added is not None
            return added

        try:
            return card_of(await self._database.run(add))
        except agents.TelegramAccountTaken:  # by who was added at this very moment, and is known now
            return card_of(await self._database.run(add))

    async def change(
        self,
        agent: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        queues: Collection[str] | None = None,
        **terms: Unpack[Terms],
    ) -> AgentCard | None:
        """The agent with what is said here; the rest stays as it was. None when there is no such agent."""

        def change(connection: Connection) -> Agent | None:
            known = agents.get(connection, agent)
            if known is None or not known.active:
                return None
            _change(connection, agent, queues, {"name": name, "role": role, **terms})
            return agents.get(connection, agent)

        changed = await self._database.run(change)
        return card_of(changed) if changed else None

    async def every(self) -> list[AgentCard]:
        """Who works here, by name."""
        return [card_of(agent) for agent in await self._database.read(agents.every)]

    async def remove(self, agent: str) -> bool:
        """The agent works here no more; what they did stays in the reports. False when there is no such agent."""
        now = self._clock.now()

        def remove(connection: Connection) -> bool:
            nudges.nudge(connection, ROUTING)
            return agents.remove(connection, agent, now)

        return await self._database.run(remove)

    async def with_telegram(self, telegram_id: int) -> AgentCard | None:
        """The agent who has this Telegram account."""
        found = await self._database.read(lambda connection: agents.by_telegram(connection, telegram_id))
        return card_of(found) if found else None

    async def named(self, name: str) -> AgentCard | None:
        """The agent of this name, in whatever case it is written; none when there are several."""
        wanted = name.strip().casefold()
        found = [agent for agent in await self.every() if agent.name.casefold() == wanted]
        return found[0] if len(found) == 1 else None

    async def be(self, agent: str, state: Literal["available", "away", "break"], reason: str | None = None) -> None:
        """The agent is there, or not, from now on: who comes back is offered at once who has waited longest."""
        now = self._clock.now()

        def be(connection: Connection) -> None:
            agents.be(connection, agent, state, reason, now)
            nudges.nudge(connection, ROUTING)

        await self._database.run(be)


def _change(connection: Connection, agent: str, queues: Collection[str] | None, changes: dict[str, Any]) -> None:
    """Keep what is not none; customers may wait for the very agent who this makes of them."""
    said = {name: value for name, value in changes.items() if value is not None}
    said |= {name: list(said[name]) for name in ("languages", "skills") if name in said}
    if said:
        agents.change(connection, agent, **said)
    if queues is not None:
        agents.serve(connection, agent, queues)
    nudges.nudge(connection, ROUTING)


def card_of(agent: Agent) -> AgentCard:
    return AgentCard(
        id=agent.id,
        name=agent.name,
        role=agent.role,
        telegram_id=agent.telegram_id,
        queues=tuple(agent.queues),
        capacity=agent.capacity,
        languages=tuple(agent.languages),
        skills=tuple(agent.skills),
        works_privately=agent.works_privately,
        presence=agent.presence,
        presence_since=agent.presence_since,
        presence_reason=agent.presence_reason,
        load=agent.load,
        offered=agent.offered,
    )
