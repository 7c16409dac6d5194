"""What agents can command in their private chats besides what they can everywhere."""

from collections.abc import Mapping

from bot.channels.telegram.desk.commands import Call, CommandSet, Role
from bot.channels.telegram.notices import Notices, Spot
from bot.channels.telegram.private.desk import face_buttons, name_of
from bot.channels.telegram.wire import Message
from bot.channels.telegram.wording.words import word
from bot.service.desk.agents import AgentCard, Agents
from bot.service.private.desk import PrivateDesk

DESK, SWITCH, TAKE, OFF = "desk", "switch", "take", "off"


class PrivateCommands:
    """Whom the agent writes to, whom they take, and whether this chat is their desk at all.

    Who is taken may be named by number: supervisors take over whom another agent has.
    """

    names: Mapping[str, Role] = dict.fromkeys((SWITCH, TAKE, DESK), "agent")

    def __init__(self, desk: PrivateDesk, by_number: CommandSet, agents: Agents, notices: Notices) -> None:
        self._desk = desk
        self._by_number = by_number
        self._agents = agents
        self._notices = notices

    async def run(self, call: Call) -> None:
        """Do it."""
        if call.name == SWITCH:
            await self._switch(call)
        elif call.name == TAKE and call.argument:
            await self._by_number.run(call)
        elif not await self._desk.show_waiting(call.agent, int(call.number), call.language or "en"):
            await self._notices.reply(call.message, word("queue_empty", call.language))

    async def turn(self, update_id: int, message: Message, argument: str) -> bool:
        """Make this chat the agent's desk, or a customer's chat again. False when nobody who works here asks."""
        sender = message.sender
        agent = await self._agents.with_telegram(sender.id) if sender is not None else None
        if agent is None:
            return False
        if argument.casefold() == OFF:
            await self._turn_off(update_id, message, agent)
        elif agent.works_privately:
            await self._notices.reply(message, word("private_is_desk", message.language))
        else:
            await self._notices.reply(message, word("private_on", message.language))
            await self._desk.turn_on(agent.id, update_id, message.language or "en")
        return True

    async def _turn_off(self, update_id: int, message: Message, agent: AgentCard) -> None:
        served = await self._desk.turn_off(agent.id, update_id)
        if served:
            named = ", ".join(name_of(one, message.language or "en") for one in served)
            await self._notices.reply(message, word("private_not_off", message.language, customers=named))
            return
        await self._notices.reply(message, word("private_off", message.language))

    async def _switch(self, call: Call) -> None:
        """To the customer of this number, or to one who is pressed."""
        served, language = await self._desk.served_by(call.agent.id), call.language or "en"
        wanted = call.argument.lstrip("#").strip()
        found = next((one for one in served if str(one.number) == wanted), None)
        if found is not None:
            await self._desk.face(call.agent, int(call.number), found.handoff, language)
        elif wanted:
            await self._notices.reply(call.message, word("private_no_such", language, number=wanted))
        elif served:
            spot = Spot.of(call.message)
            await self._notices.say(spot, word("private_open", language), face_buttons(served, language))
        else:
            await self._notices.reply(call.message, word("private_nobody", language))
