"""Commands of agents, wherever they work: each goes to the set that knows it."""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from bot.channels.telegram.notices import Notices
from bot.channels.telegram.wire import Message
from bot.channels.telegram.wording.words import word
from bot.service.desk.agents import AgentCard
from bot.service.desk.handoffs import Glance

Role = Literal["agent", "supervisor", "admin"]
RANKS: dict[Role, int] = {"agent": 0, "supervisor": 1, "admin": 2}
HELP = "help"


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A command as it was given; `number` is its own, so that it acts once. `handoff` is the one it was given in."""

    number: str
    message: Message
    agent: AgentCard
    handoff: Glance | None
    name: str
    argument: str

    @property
    def language(self) -> str | None:
        """What the agent's app speaks."""
        return self.message.language


class CommandSet(Protocol):
    """Commands that belong together. `names` gives the least role that may use each.

    What each does is said in the words `command_<name>`; it is listed by that.
    """

    @property
    def names(self) -> Mapping[str, Role]: ...

    async def run(self, call: Call) -> None:
        """Do what one of these says, and tell the agent what cannot be seen by itself."""
        ...


class Commands:
    """All sets together, in the order in which their commands are listed."""

    def __init__(self, sets: Sequence[CommandSet], notices: Notices) -> None:
        self._sets = {name: one for one in sets for name in one.names}
        self._notices = notices

    def knows(self, name: str) -> bool:
        """Whether there is such a command."""
        return name in self._sets or name == HELP

    def open_to(self, role: Role) -> tuple[str, ...]:
        """What this role may command."""
        may = [name for name, one in self._sets.items() if RANKS[one.names[name]] <= RANKS[role]]
        return (*may, HELP)

    async def run(self, call: Call) -> None:
        """Do it, if the agent may."""
        if call.name not in self.open_to(call.agent.role):
            least = self._sets[call.name].names[call.name]
            told = "only_admins" if least == "admin" else "not_for_your_role"
            await self._notices.reply(call.message, word(told, call.language))
        elif call.name == HELP:
            lines = [f"/{name}: {word(f'command_{name}', call.language)}" for name in self.open_to(call.agent.role)]
            await self._notices.reply(call.message, "\n".join((*lines, word("note_sign", call.language))))
        else:
            await self._sets[call.name].run(call)
