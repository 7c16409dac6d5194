"""What agents can command about themselves."""

from collections.abc import Mapping

from bot.channels.telegram.commands import Call, Role
from bot.channels.telegram.notices import Notices
from bot.channels.telegram.words import word
from bot.service.agents import Agents


class PresenceCommands:
    """Whether they are there."""

    names: Mapping[str, Role] = dict.fromkeys(("away", "back"), "agent")

    def __init__(self, agents: Agents, notices: Notices) -> None:
        self._agents = agents
        self._notices = notices

    async def run(self, call: Call) -> None:
        """Do it."""
        await self._agents.be(call.agent.id, "away" if call.name == "away" else "available", call.argument or None)
        await self._notices.reply(call.message, word(call.name, call.language))
