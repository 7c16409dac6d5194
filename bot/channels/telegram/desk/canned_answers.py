"""Canned answers: `/canned NAME`, or a button for each."""

from collections.abc import Mapping

from bot.channels.direction import isolated
from bot.channels.telegram.desk.answers import not_sent
from bot.channels.telegram.desk.buttons import Press
from bot.channels.telegram.desk.card_buttons import canned_buttons, meant
from bot.channels.telegram.desk.cards import said_text
from bot.channels.telegram.desk.commands import Call, Role
from bot.channels.telegram.notices import Notices, Spot
from bot.channels.telegram.wording.words import word
from bot.service.desk.agents import AgentCard
from bot.service.desk.canned import Canned, Filled
from bot.service.desk.handoffs import Glance, Handoffs


class CannedAnswers:
    """Said as the agent's own words, and shown to the agents as they were said."""

    names: Mapping[str, Role] = {"canned": "agent"}
    deeds = frozenset({"canned"})

    def __init__(self, handoffs: Handoffs, canned: Canned, notices: Notices) -> None:
        self._handoffs = handoffs
        self._canned = canned
        self._notices = notices

    async def run(self, call: Call) -> None:
        """Say the answer of that name, or show what there is."""
        spot = Spot.of(call.message)
        if call.handoff is None:
            await self._notices.say(spot, word("no_handoff_here", call.language))
        elif not call.argument:
            await self._list(call, call.handoff, word("canned_list", call.language))
        else:
            told = await self._say(call.number, spot, call.agent, call.handoff, call.argument, call.language)
            if told and call.argument.casefold() not in map(str.casefold, self._canned.names()):
                await self._list(call, call.handoff, told)
            elif told:
                await self._notices.say(spot, told)

    async def press(self, press: Press) -> str:
        """Say the answer of this button. Gives the notice for who pressed it."""
        handoff, _, short_name = press.argument.partition(" ")
        glance, name = await self._handoffs.get(handoff), meant(self._canned.names(), short_name)
        if glance is None or name is None or press.message is None:
            return word("old_button", press.language)
        spot = Spot.of_tapped(press.message, glance.thread)
        return await self._say(press.number, spot, press.agent, glance, name, press.language)

    async def _list(self, call: Call, handoff: Glance, told: str) -> None:
        names = self._canned.names()
        if not names:
            await self._notices.say(Spot.of(call.message), word("canned_none", call.language))
            return
        listed = ", ".join(isolated(name, call.language) for name in names)
        buttons = canned_buttons(handoff.id, names, call.language or "en")
        await self._notices.say(Spot.of(call.message), f"{told}\n{listed}", markup=buttons)

    async def _say(
        self, number: str, spot: Spot, agent: AgentCard, handoff: Glance, name: str, language: str | None
    ) -> str:
        """Say it to the customer. Gives why it was not said, nothing when it was."""
        filled = await self._canned.fill(handoff.id, agent.id, name)
        if filled.why != "filled":
            return _unsaid(filled, name, language)
        answer = await self._handoffs.reply(handoff.id, agent.id, number, filled.content, spot.message)
        if not answer.done:
            return not_sent(answer, language)
        if answer.why == "done":
            await self._notices.say(spot, said_text(agent.name, filled.text, language or "en"))
        return ""


def _unsaid(filled: Filled, name: str, language: str | None) -> str:
    match filled.why:
        case "unknown" if filled.name is not None:
            return word("canned_near", language, name=name, near=filled.name)
        case "unknown":
            return word("canned_unknown", language, name=name)
        case "missing":
            return word("canned_missing", language, name=filled.name or "")
        case _:
            return word("not_sent_over", language)
