"""What agents can ask and say about the customer in whose topic they are."""

from collections.abc import Mapping

from bot.channels.telegram.commands import Call, Role
from bot.channels.telegram.customer_lines import customer_text, tags_text
from bot.channels.telegram.notices import Notices
from bot.channels.telegram.words import word
from bot.service.customer_cards import LONGEST_TAG, CustomerCards, Tagging
from bot.service.handoffs import Glance


class CustomerCommands:
    """The customer's card, and the words that agents put on it."""

    names: Mapping[str, Role] = dict.fromkeys(("customer", "tag", "untag"), "agent")

    def __init__(self, cards: CustomerCards, notices: Notices) -> None:
        self._cards = cards
        self._notices = notices

    async def run(self, call: Call) -> None:
        """Do it."""
        if call.handoff is None:
            await self._notices.reply(call.message, word("no_handoff_here", call.language))
        elif call.name == "customer":
            card = await self._cards.card(call.handoff.id)
            text = customer_text(card, call.language or "en") if card else word("no_handoff_here", call.language)
            await self._notices.reply(call.message, text)
        elif not call.argument:
            await self._notices.reply(call.message, word("tag_how", call.language))
        else:
            await self._tag(call, call.handoff)

    async def _tag(self, call: Call, handoff: Glance) -> None:
        act = self._cards.tag if call.name == "tag" else self._cards.untag
        tagging = await act(handoff.id, call.agent.id, call.number, call.argument)
        if tagging is not None:
            await self._notices.reply(call.message, _told(tagging, call.language))


def _told(tagging: Tagging, language: str | None) -> str:
    match tagging.why:
        case "unfit":
            return word("tag_unfit", language, most=str(LONGEST_TAG))
        case "full":
            return word("tag_full", language)
        case "unknown":
            return word("no_handoff_here", language)
        case _:
            return tags_text(tagging.tags, language)
