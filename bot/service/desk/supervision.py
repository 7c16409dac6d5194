"""What supervisors and admins do with the whole desk: see it, and say who works there and how."""

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from bot.ports import Clock
from bot.service.desk.agents import SUPERVISORS, AgentCard
from bot.service.desk.view import DeskView, view
from bot.service.installation import Installation
from bot.service.written import ROUTING
from storage import agents, nudges
from storage.agents import Role
from storage.database import Connection, Database

Outcome = Literal["done", "gone", "last_admin", "unknown_queue", "is_agent"]
"""Of a change: `gone` works here no more, `last_admin` could be replaced by nobody, `is_agent` works here already."""


class Supervision:
    """Each change is one transaction. Whether somebody may make it is for the caller to know."""

    def __init__(self, *, database: Database, installation: Installation, clock: Clock) -> None:
        self._database = database
        self._installation = installation
        self._clock = clock

    @property
    def queues(self) -> tuple[str, ...]:
        """All queues of the desk."""
        return tuple(self._installation.desk.queues)

    async def seen_by(self, agent: AgentCard, language: str) -> DeskView:
        """The desk as it stands: all of it for supervisors, for others their queues and who serves them."""
        if agent.role not in SUPERVISORS:
            return await self.queues_of(agent, language)
        return await view(self._database, self._installation.desk, self._clock.now(), language)

    async def queues_of(self, agent: AgentCard, language: str = "en") -> DeskView:
        """The queues that the agent serves, and who serves them as well."""
        whole = await view(self._database, self._installation.desk, self._clock.now(), language)
        return msgspec.structs.replace(
            whole,
            queues=tuple(queue for queue in whole.queues if queue.name in agent.queues),
            agents=tuple(one for one in whole.agents if one.id == agent.id or set(one.queues) & set(agent.queues)),
            waiting=tuple(one for one in whole.waiting if one.queue in agent.queues),
        )

    async def add(self, name: str, telegram_id: int, queues: Sequence[str]) -> Outcome:
        """A new agent, who is not there yet: they say so themselves. Without queues they serve the default one."""
        desk, now = self._installation.desk, self._clock.now()
        if not set(queues) <= desk.queues.keys():
            return "unknown_queue"

        def add(connection: Connection) -> Outcome:
            served = queues or (desk.default_queue,)
            try:
                agents.add(connection, name=name, role="agent", telegram_id=telegram_id, queues=served, now=now)
            except agents.TelegramAccountTaken:
                return "is_agent"
            return "done"

        return await self._database.run(add)

    async def remove(self, agent: str) -> Outcome:
        """The agent works here no more; whom they had is given back at once."""
        now = self._clock.now()
        return await self._change(agent, lambda connection: agents.remove(connection, agent, now), leaves_admins=True)

    async def give_role(self, agent: str, role: Role) -> Outcome:
        """The agent is this from now on."""
        return await self._change(
            agent, lambda connection: agents.change(connection, agent, role=role), leaves_admins=role != "admin"
        )

    async def serve(self, agent: str, queues: Sequence[str]) -> Outcome:
        """The agent serves these queues and no others."""
        if not queues or not set(queues) <= self._installation.desk.queues.keys():
            return "unknown_queue"
        return await self._change(agent, lambda connection: agents.serve(connection, agent, queues))

    async def give_capacity(self, agent: str, capacity: int) -> Outcome:
        """The agent has so many customers at once, and no more."""
        return await self._change(agent, lambda connection: agents.change(connection, agent, capacity=capacity))

    async def _change(
        self, agent: str, change: Callable[[Connection], object], *, leaves_admins: bool = False
    ) -> Outcome:
        """Make it, unless nobody could undo it: the desk keeps an admin."""

        def act(connection: Connection) -> Outcome:
            admins = _lock_admins(connection) if leaves_admins else []
            changed = agents.lock(connection, agent)
            if changed is None or not changed.active:
                return "gone"
            if admins == [agent]:
                return "last_admin"
            change(connection)
            nudges.nudge(connection, ROUTING)  # customers may wait for the very agent who this makes of them
            return "done"

        return await self._database.run(act)


def _lock_admins(connection: Connection) -> list[str]:
    """Who is an admin until this transaction ends: two who send each other away can't both succeed."""
    for one in sorted(_admins(connection)):
        agents.lock(connection, one)
    return _admins(connection)


def _admins(connection: Connection) -> list[str]:
    return [one.id for one in agents.every(connection) if one.role == "admin"]
