"""The buttons below a hand-off's card."""

from bot.channels.telegram.answers import refusal
from bot.channels.telegram.buttons import Press
from bot.channels.telegram.words import word
from bot.service.handoffs import Handoffs


class HandoffButtons:
    """Each is one act of the service."""

    deeds = frozenset({"take", "release", "close"})

    def __init__(self, handoffs: Handoffs) -> None:
        self._handoffs = handoffs

    async def press(self, press: Press) -> str:
        """Do what the button says. Gives the notice for who pressed it."""
        handoff, agent = press.argument, press.agent.id
        match press.deed:
            case "take":
                answer, done = await self._handoffs.take(handoff, agent, press.number), "taken"
            case "release":
                answer, done = await self._handoffs.release(handoff, agent, press.number), "released"
            case _:
                answer, done = await self._handoffs.close(handoff, agent, press.number), "closed"
        return word(done, press.language) if answer.done else refusal(answer, press.language)
