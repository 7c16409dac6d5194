"""What agents can ask, say and do about the customer in whose topic they are."""

from collections.abc import Mapping

from bot.channels.telegram.desk.commands import Call, Role
from bot.channels.telegram.desk.customer_lines import customer_text, tags_text
from bot.channels.telegram.desk.numbers import nobody_meant, with_number
from bot.channels.telegram.notices import Notices
from bot.channels.telegram.wording.words import word
from bot.content import RichText
from bot.service.desk.customer_cards import LONGEST_TAG, CustomerCards, Tagging
from bot.service.desk.handoffs import Glance, Handoffs
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

    def __init__(self, cards: CustomerCards, joining: Joining, handoffs: Handoffs, notices: Notices) -> None:
        self._cards = cards
        self._joining = joining
        self._handoffs = handoffs
        self._notices = notices

    async def run(self, call: Call) -> None:
        """Do it, for the customer whose topic it is, or for the one whose number stands first."""
        is_numbered = call.name in ("customer", "link") or " " in call.argument  # a tag may be a number
        found = await with_number(call, self._handoffs) if is_numbered else call
        told = nobody_meant(call) if found.handoff is None else await self._done(found, found.handoff)
        if told is not None:
            await self._notices.reply(call.message, told)

    async def _done(self, call: Call, handoff: Glance) -> str | RichText | None:
        """What to tell when it is done, nothing if it came before."""
        match call.name:
            case "customer":
                card = await self._cards.card(handoff.id)
                return customer_text(card, call.language or "en") if card else nobody_meant(call)
            case "tag" | "untag":
                return await self._tag(call, handoff)
            case "link":
                sent = await self._joining.send_link(handoff.id, call.agent.id, call.number)
                return _identified(sent, "link", call.language)
            case _:
                return await self._join(call, handoff)

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
            return word("over", language)
        case _:
            return tags_text(tagging.tags, language)


def _identified(identified: Identified, act: str, language: str | None) -> str | None:
    """What became of it; nothing when it came before."""
    if identified.why == "again":
        return None
    return word(f"{act}_{identified.why}", language)
