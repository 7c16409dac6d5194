"""What agents can command about themselves."""

from collections.abc import Mapping
from typing import Literal

from bot.channels.telegram.desk.commands import Call, Role
from bot.channels.telegram.desk.lists import counted
from bot.channels.telegram.notices import Notices
from bot.channels.telegram.wording.words import word
from bot.service.desk.agents import Agents
from bot.service.desk.supervision import Supervision

REASON_LENGTH = 100  # it stands in lists
STATES: Mapping[str, Literal["available", "away", "break"]] = {"away": "away", "break": "break", "back": "available"}


class PresenceCommands:
    """Whether they are there."""

    names: Mapping[str, Role] = dict.fromkeys(STATES, "agent")

    def __init__(self, agents: Agents, supervision: Supervision, notices: Notices) -> None:
        self._agents = agents
        self._supervision = supervision
        self._notices = notices

    async def run(self, call: Call) -> None:
        """Do it; what was written after it is the reason. Who comes back learns how many wait for them."""
        reason = call.argument[:REASON_LENGTH] if call.name != "back" else None
        await self._agents.be(call.agent.id, STATES[call.name], reason or None)
        told = [word(call.name, call.language)]
        if call.name == "back":
            waiting = len((await self._supervision.queues_of(call.agent)).waiting)
            told.append(word("back_waiting", call.language, count=counted(waiting, call.language)))
        elif call.agent.load:
            told.append(word("away_holding", call.language, count=counted(call.agent.load, call.language)))
        await self._notices.reply(call.message, " ".join(told))
