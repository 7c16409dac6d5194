"""A supervisor's private chat with the bot in which they are alerted, when that is where the settings say."""

import msgspec

from bot.channels.telegram.desk.buttons import Buttons, press_of
from bot.channels.telegram.desk.commands import Call, Commands
from bot.channels.telegram.hearing import command_of
from bot.channels.telegram.identity import Identity
from bot.channels.telegram.supervisors.chat import SupervisorsChat
from bot.channels.telegram.taps import Taps
from bot.channels.telegram.wire import CallbackQuery, Message, Update
from bot.service.desk.agents import AgentCard, Agents

CUSTOMERS = frozenset({"help"})  # what both know is what the person wants of us as everybody else


class SupervisorsRoom:
    """Takes commands and buttons of the desk there; all else is what any customer may write."""

    def __init__(
        self,
        *,
        chat: SupervisorsChat,
        identity: Identity,
        agents: Agents,
        commands: Commands,
        buttons: Buttons,
        taps: Taps,
    ) -> None:
        self._chat = chat
        self._identity = identity
        self._agents = agents
        self._commands = commands
        self._buttons = buttons
        self._taps = taps

    async def take_update(self, update: Update, body: bytes | msgspec.Raw) -> bool:
        """Returns when what came of it is stored for good; false when it is a customer's."""
        person = update.lane[0]
        if not self._chat.is_of(person):
            return False
        agent = await self._agents.with_telegram(person)
        if agent is None:
            return False
        if update.callback_query is not None:
            return await self._tap(str(update.update_id), update.callback_query, agent)
        return update.message is not None and await self._command(str(update.update_id), update.message, agent)

    async def _command(self, number: str, message: Message, agent: AgentCard) -> bool:
        command = command_of(message.text or "", await self._identity.username())
        if command is None or command[0] in CUSTOMERS or not self._commands.knows(command[0]):
            return False
        name, argument = command
        await self._commands.run(
            Call(number=number, message=message, agent=agent, handoff=None, name=name, argument=argument)
        )
        return True

    async def _tap(self, number: str, query: CallbackQuery, agent: AgentCard) -> bool:
        press = press_of(number, query, agent)
        if not self._buttons.knows(press.deed):
            return False
        with self._taps.in_time(query.id):
            notice = await self._buttons.press(press)
        self._taps.answer(query.id, notice)
        return True
