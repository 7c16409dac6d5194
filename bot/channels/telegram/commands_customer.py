"""What agents can ask, say and do about the customer in whose topic they are."""

from collections.abc import Mapping

from bot.channels.telegram.commands import Call, Role
from bot.channels.telegram.customer_lines import customer_text, tags_text
from bot.channels.telegram.notices import Notices
from bot.channels.telegram.words import word
from bot.content import RichText
from bot.service.customer_cards import LONGEST_TAG, CustomerCards, Tagging
from bot.service.handoffs import Glance
from bot.service.joining_acts import Identified, Joining

LONGEST_NUMBER = 15  # digits: more than anybody counts to


class CustomerCommands:
    """The customer's card, the words that agents put on it, and who is the same person."""

    names: Mapping[str, Role] = {
        "customer": "agent",
        "tag": "agent",
        "untag": "agent",
        "link": "agent",
        "join": "supervisor",
    }

    def __init__(self, cards: CustomerCards, joining: Joining, notices: Notices) -> None:
        self._cards = cards
        self._joining = joining
        self._notices = notices

    async def run(self, call: Call) -> None:
        """Do it."""
        if call.handoff is None:
            told: str | RichText | None = word("no_handoff_here", call.language)
        elif call.name == "customer":
            card = await self._cards.card(call.handoff.id)
            told = customer_text(card, call.language or "en") if card else word("no_handoff_here", call.language)
        elif call.name in ("tag", "untag"):
            told = await self._tag(call, call.handoff)
        elif call.name == "link":
            sent = await self._joining.send_link(call.handoff.id, call.agent.id, call.number)
            told = _identified(sent, "link", call.language)
        else:
            told = await self._join(call, call.handoff)
        if told is not None:
            await self._notices.reply(call.message, told)

    async def _tag(self, call: Call, handoff: Glance) -> str | None:
        if not call.argument:
            return word("tag_how", call.language)
        act = self._cards.tag if call.name == "tag" else self._cards.untag
        tagging = await act(handoff.id, call.agent.id, call.number, call.argument)
        return None if tagging is None else _tagged(tagging, call.language)

    async def _join(self, call: Call, handoff: Glance) -> str | None:
        number = call.argument.strip().lstrip("#")
        if not (number.isdecimal() and len(number) <= LONGEST_NUMBER):
            return word("join_how", call.language)
        joined = await self._joining.join(handoff.id, call.agent.id, call.number, int(number))
        return _identified(joined, "join", call.language)


def _tagged(tagging: Tagging, language: str | None) -> str:
    match tagging.why:
        case "unfit":
            return word("tag_unfit", language, most=str(LONGEST_TAG))
        case "full":
            return word("tag_full", language)
        case "unknown":
            return word("no_handoff_here", language)
        case _:
            return tags_text(tagging.tags, language)


def _identified(identified: Identified, act: str, language: str | None) -> str | None:
    """What became of it; nothing when it came before."""
    if identified.why == "again":
        return None
    return word(f"{act}_{identified.why}", language)
