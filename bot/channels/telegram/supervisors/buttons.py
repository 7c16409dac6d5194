"""What supervisors press below an alert, and admins before somebody is removed."""

from bot.channels.direction import isolated
from bot.channels.telegram.desk.answers import refusal
from bot.channels.telegram.desk.buttons import Press
from bot.channels.telegram.desk.card_buttons import target_buttons
from bot.channels.telegram.desk.topics import topic_link
from bot.channels.telegram.keyboards import NO_BUTTONS
from bot.channels.telegram.messages import Destination, Messages
from bot.channels.telegram.notices import Notices, Spot
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.rendering import plain
from bot.channels.telegram.supervisors.staff_commands import may, staff_text
from bot.channels.telegram.wording.words import word
from bot.content import Content
from bot.ports import ChannelBusy
from bot.service.desk.agents import AgentCard, Agents
from bot.service.desk.handoffs import Handoffs
from bot.service.desk.supervision import Supervision


class SupervisorButtons:
    """Take over or give to somebody whoever has the customer; remove an agent, or not."""

    deeds = frozenset({"over", "assign", "fire", "keep"})

    def __init__(
        self, handoffs: Handoffs, agents: Agents, supervision: Supervision, messages: Messages, notices: Notices
    ) -> None:
        self._handoffs = handoffs
        self._agents = agents
        self._supervision = supervision
        self._messages = messages
        self._notices = notices

    async def press(self, press: Press) -> str:
        """Do what the button says. Gives the notice for who pressed it."""
        if press.deed in ("fire", "keep"):
            return await self._fire_or_keep(press)
        glance = await self._handoffs.get(press.argument)
        if glance is None:
            return word("old_button", press.language)
        if not may(press.agent, "supervisor"):
            return word("supervisors_only", press.language)
        if press.deed == "assign":
            return await self._assign(press, glance.number, glance.queue, glance.agent)
        answer = await self._handoffs.take_over(glance.id, press.agent.id, press.number)
        if not answer.done:
            return refusal(answer, press.language)
        link = topic_link(glance.thread)
        if link is not None and press.message is not None:
            where = plain(f"#{glance.number} {isolated(glance.customer, press.language)}: {link}")
            await self._notices.say(Spot.of_tapped(press.message, None), where)
        return word("taken", press.language)

    async def _assign(self, press: Press, number: int, queue: str, holder: str | None) -> str:
        """Show who of the queue is there, each as a button."""
        there = [
            (one.id, one.name)
            for one in await self._agents.every()
            if one.presence == "available" and one.id != holder and queue in one.queues
        ]
        if not there:
            return word("assign_nobody", press.language)
        if press.message is None:
            return word("old_button", press.language)
        text = word("assign_to", press.language, number=str(number))
        buttons = target_buttons(press.argument, (), there, press.language or "en")
        await self._notices.say(Spot.of_tapped(press.message, None), text, markup=buttons)
        return ""

    async def _fire_or_keep(self, press: Press) -> str:
        if not may(press.agent, "admin"):
            return word("not_for_your_role", press.language)
        agent = next((one for one in await self._agents.every() if one.id == press.argument), None)
        text = await self._fire(press, agent) if press.deed == "fire" else _kept(press, agent)
        if press.message is None:
            return text
        to = Destination(chat=str(press.message.chat.id))
        try:
            await self._messages.edit(to, str(press.message.message_id), Content(text=plain(text)), NO_BUTTONS)
        except (TelegramRefusal, ChannelBusy):
            return text
        return ""

    async def _fire(self, press: Press, agent: AgentCard | None) -> str:
        if agent is None:
            return word("old_button", press.language)
        outcome = await self._supervision.remove(agent.id)
        return staff_text("done_remove", outcome, agent.name, self._supervision.queues, press.language)


def _kept(press: Press, agent: AgentCard | None) -> str:
    if agent is None:
        return word("old_button", press.language)
    return word("staff_kept", press.language, agent=isolated(agent.name, press.language))
