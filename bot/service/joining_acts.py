"""What agents do about who a customer is: a link for them, and two records that are one person."""

from collections.abc import Callable
from typing import Literal

from bot.content import Value
from bot.service.desk.agents import SUPERVISORS
from bot.service.jobs import DESK_ACTS, Job
from bot.service.joining import join, say_link
from bot.service.turns import Turns
from bot.service.work import Work
from storage import agents, conversations, joining

Why = Literal[
    "done",
    "again",  # the same act came before
    "unknown",  # no such hand-off, no such conversation, or who acts is no agent
    "not_for_role",
    "same",  # they are one already
    "gone",  # one of them was forgotten
    "elsewhere",  # the customer does not write from the web chat
    "off",  # there is no Telegram to go to
]


class Identified(Value, frozen=True, kw_only=True):
    """What became of it."""

    why: Why = "done"


class Joining:
    """Each act is one transaction that holds the conversation; the same `external_id` acts once."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    async def send_link(self, handoff: str, agent: str, external_id: str) -> Identified:
        """Show the customer in the web chat a link with which they go on in Telegram. Raises DatabaseDown."""
        return await self._act(handoff, external_id, lambda work: _send_link(work, handoff, agent))

    async def join(self, handoff: str, agent: str, external_id: str, number: int) -> Identified:
        """The customer of the conversation with this number is the same person. Raises DatabaseDown."""
        return await self._act(handoff, external_id, lambda work: _join(work, handoff, agent, number))

    async def _act(self, handoff: str, external_id: str, act: Callable[[Work], Identified]) -> Identified:
        conversation = handoff.partition(".")[0]
        job = Job(act=act, again=Identified(why="again"), key=(DESK_ACTS, external_id), conversation=conversation)
        return await self._turns.do(job)


def _send_link(work: Work, handoff: str, agent: str) -> Identified:
    case = work.case(handoff.partition(".")[0])
    if case is None or case.conversation.closed or agents.get(work.connection, agent) is None:
        return Identified(why="unknown")
    if work.installation.telegram_name() is None:
        return Identified(why="off")
    if case.channel != "webchat":
        return Identified(why="elsewhere")
    say_link(work, case, agent)
    return Identified()


def _join(work: Work, handoff: str, agent_id: str, number: int) -> Identified:
    case, agent = work.case(handoff.partition(".")[0]), agents.get(work.connection, agent_id)
    other = conversations.by_number(work.connection, number)
    if case is None or agent is None or not agent.active or other is None:
        return Identified(why="unknown")
    if agent.role not in SUPERVISORS:
        return Identified(why="not_for_role")
    named = joining.kept_id(work.connection, other.customer_id)
    if named == case.customer_id or named is None:
        return Identified(why="same" if named else "unknown")
    joined = join(work, case.customer_id, named, "agent", agent_id)
    return Identified(why="done" if joined else "gone")
