"""Who works at the desk, and whether they are there."""

from collections.abc import Collection
from typing import Literal

from bot.content import Value
from bot.ports import Clock
from storage import agents
from storage.agents import Agent, Presence, Role
from storage.database import Connection, Database


class AgentCard(Value, frozen=True, kw_only=True):
    """An agent as others see them."""

    id: str
    name: str
    role: Role
    telegram_id: int | None
    queues: tuple[str, ...]
    presence: Presence
    load: int  # customers they have now


class Agents:
    """Adds and removes agents, and keeps their presence."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(
        self, name: str, *, telegram_id: int | None, queues: Collection[str], role: Role = "agent"
    ) -> AgentCard:
        """A new agent, or the one with this Telegram account under this name, in this role and with these queues.

        A new one is there at once: a desk in a messenger has no signing in, only who goes away says so.
        """
        now = self._clock.now()

        def add(connection: Connection) -> Agent:
            known = agents.by_telegram(connection, telegram_id) if telegram_id is not None else None
            if known is None:
                agent_id = agents.add(connection, name=name, role=role, telegram_id=telegram_id, queues=queues, now=now)
                agents.be(connection, agent_id, "available", None, now)
            else:
                agent_id = known.id
                agents.change(connection, agent_id, name=name, role=role)
                agents.serve(connection, agent_id, queues)
            added = agents.get(connection, agent_id)
            assert added is not None
            return added

        return card_of(await self._database.run(add))

    async def every(self) -> list[AgentCard]:
        """Who works here, by name."""
        return [card_of(agent) for agent in await self._database.read(agents.every)]

    async def remove(self, agent: str) -> bool:
        """The agent works here no more; what they did stays in the reports. False when there is no such agent."""
        now = self._clock.now()
        return await self._database.run(lambda connection: agents.remove(connection, agent, now))

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
        """The agent is there, or not, from now on."""
        now = self._clock.now()
        await self._database.run(lambda connection: agents.be(connection, agent, state, reason, now))


def card_of(agent: Agent) -> AgentCard:
    """The agent as others see them."""
    return AgentCard(
        id=agent.id,
        name=agent.name,
        role=agent.role,
        telegram_id=agent.telegram_id,
        queues=tuple(agent.queues),
        presence=agent.presence,
        load=agent.load,
    )
