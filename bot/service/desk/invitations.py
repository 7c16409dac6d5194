"""Links that make whoever opens them an agent: each works once, and for a week."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from bot.content import Value
from bot.ports import Clock
from bot.service.desk.agents import AgentCard, card_of
from bot.service.installation import Installation
from storage import agents, one_use_links
from storage.agents import Role
from storage.database import Connection, Database
from storage.one_use_links import Link

VALID = timedelta(days=7)
JOIN = "join_"  # what the payload of the deep link begins with; the secret follows

Welcome = Literal["joined", "is_agent", "used", "expired", "unknown"]


class Invitation(Value, frozen=True, kw_only=True):
    """A new link: the payload of its deep link, which queues it is for, and until when, in the business's zone."""

    payload: str
    queues: tuple[str, ...]
    until: datetime


class Opened(Value, frozen=True, kw_only=True):
    """What came of opening a link.

    `agent` is who opened it, once they are an agent; `inviter` is who is to be told of somebody new.
    """

    welcome: Welcome
    agent: AgentCard | None = None
    inviter: AgentCard | None = None


class Invitations:
    """Only the hash of a link's secret is kept: who reads the database can't use it."""

    def __init__(self, *, database: Database, installation: Installation, clock: Clock) -> None:
        self._database = database
        self._installation = installation
        self._clock = clock

    async def invite(self, by: str, role: Role = "agent", queues: Sequence[str] = ()) -> Invitation:
        """A new link; without queues for the default one. `by` is who invites, nothing who has the command line."""
        now = self._clock.now()
        until, served = now + VALID, tuple(queues) or (self._installation.desk.default_queue,)
        body = {"role": role, "queues": served}
        secret = await self._database.run(
            lambda connection: one_use_links.make(connection, "agent", body, by=by, now=now, expires_at=until)
        )
        zone = self._installation.time_zone
        return Invitation(payload=f"{JOIN}{secret}", queues=served, until=until.astimezone(zone))

    async def open(self, payload: str, telegram_id: int, name: str) -> Opened:
        """Make whoever opens the link an agent, who is away until they say otherwise."""
        return await self._database.run(lambda connection: self._open(connection, payload, telegram_id, name))

    def _open(self, connection: Connection, payload: str, telegram_id: int, name: str) -> Opened:
        now, secret = self._clock.now(), payload.removeprefix(JOIN)
        link, known = one_use_links.find(connection, "agent", secret), agents.by_telegram(connection, telegram_id)
        if known is not None:
            again = link is not None and link.used_by == str(telegram_id)
            return Opened(welcome="joined" if again else "is_agent", agent=card_of(known))
        if link is None or not self._holds(connection, link):
            return Opened(welcome="unknown")
        if one_use_links.use(connection, "agent", secret, by=str(telegram_id), now=now) is None:
            return Opened(welcome="used" if link.used_by is not None else "expired")
        desk = self._installation.desk
        queues = [queue for queue in link.body["queues"] if queue in desk.queues] or [desk.default_queue]
        agents.add(connection, name=name, role=link.body["role"], telegram_id=telegram_id, queues=queues, now=now)
        joined = agents.by_telegram(connection, telegram_id)
        assert joined is not None
        inviter = agents.get(connection, link.created_by) if link.created_by else None
        return Opened(welcome="joined", agent=card_of(joined), inviter=card_of(inviter) if inviter else None)

    def _holds(self, connection: Connection, link: Link) -> bool:
        """Whether who invited may still do so: nobody comes in by a link of somebody who was sent away."""
        if not link.created_by:
            return True
        inviter = agents.get(connection, link.created_by)
        return inviter is not None and inviter.active and may_invite(inviter.role, link.body["role"])


def may_invite(inviter: Role, role: Role) -> bool:
    """Admins invite anybody, supervisors agents."""
    return inviter == "admin" or (inviter == "supervisor" and role == "agent")
