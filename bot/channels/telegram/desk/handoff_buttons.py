"""The buttons below a hand-off's card, below an offer, and below one that was closed."""

from bot.channels.telegram.desk.answers import refusal
from bot.channels.telegram.desk.buttons import Press, show_instead
from bot.channels.telegram.desk.card_buttons import NO_OUTCOME, buttons_in_state, meant, target_buttons
from bot.channels.telegram.desk.cards import OVER
from bot.channels.telegram.messages import Messages
from bot.channels.telegram.wording.words import word
from bot.service.desk.agent_acts import Answer
from bot.service.desk.agents import Agents
from bot.service.desk.handoffs import Glance, Handoffs
from bot.service.desk.supervision import Supervision

DONE = {
    "take": "taken",
    "accept": "taken",
    "decline": "declined",
    "release": "released",
    "close": "closed",
    "pass": "transferred",
    "give": "transferred",
    "outcome": "outcome_noted",
}


class HandoffButtons:
    """Each is one act of the service, but for those that show others in their place. `language` is the groups'."""

    deeds = frozenset({*DONE, "transfer", "card"})

    def __init__(
        self, handoffs: Handoffs, agents: Agents, messages: Messages, supervision: Supervision, language: str
    ) -> None:
        self._handoffs = handoffs
        self._agents = agents
        self._messages = messages
        self._supervision = supervision
        self._language = language

    async def press(self, press: Press) -> str:
        """Do what the button says. Gives the notice for who pressed it."""
        handoff, _, what = press.argument.partition(" ")
        glance = await self._handoffs.get(handoff)
        if glance is None:
            return word("old_button", press.language)
        match press.deed:
            case "transfer":
                return await self._offer_targets(press, glance)
            case "card":
                buttons = buttons_in_state(glance.id, glance.state, self._language)
                return await show_instead(self._messages, press, buttons)
        answer = await self._act(press, glance, what)
        if answer is None:
            return word("old_button", press.language)
        return word(DONE[press.deed], press.language) if answer.done else refusal(answer, press.language)

    async def _act(self, press: Press, glance: Glance, what: str) -> Answer | None:
        """Do it; none if it is about something that is there no longer."""
        handoffs, by = self._handoffs, (glance.id, press.agent.id, press.number)
        match press.deed:
            case "take":
                return await handoffs.take(*by)
            case "accept":
                return await handoffs.accept(*by)
            case "decline":
                return await handoffs.decline(*by)
            case "release":
                return await handoffs.release(*by)
            case "close":
                return await handoffs.close(*by)
            case "give":
                return await handoffs.transfer(*by, to_agent=what)
            case "pass":
                queue = meant(self._supervision.queues, what)
                return None if queue is None else await handoffs.transfer(*by, queue=queue)
            case _:
                return await self._wrap_up(press, glance, what)

    async def _wrap_up(self, press: Press, glance: Glance, what: str) -> Answer | None:
        disposition = meant(self._handoffs.dispositions(glance.queue), what)
        if disposition is None and what != NO_OUTCOME:
            return None
        return await self._handoffs.wrap_up(glance.id, press.agent.id, press.number, disposition=disposition)

    async def _offer_targets(self, press: Press, glance: Glance) -> str:
        """Queues, then agents who are there, in the place of the buttons."""
        if glance.state in OVER:
            return word("over", press.language)
        others = [
            (agent.id, agent.name)
            for agent in await self._agents.every()
            if agent.presence == "available" and agent.id != glance.agent
        ]
        queues = [queue for queue in self._supervision.queues if queue != glance.queue]
        buttons = target_buttons(glance.id, queues, others, self._language)
        shown = await show_instead(self._messages, press, buttons)
        return shown or word("choose_target", press.language)
