"""What an agent sees who works in the private chat with the bot.

Several customers speak there. Each line says whose it is, and what the agent can press says to whom it leads.
"""

from collections.abc import Sequence
from typing import assert_never

import msgspec

from bot.channels.direction import directed, isolated, line_of
from bot.channels.telegram.desk import cards
from bot.channels.telegram.desk.card_buttons import buttons_in_state, offer_buttons, outcome_buttons
from bot.channels.telegram.keyboards import NO_BUTTONS, Markup, label_of
from bot.channels.telegram.messages import Destination, Messages
from bot.channels.telegram.refusals import TelegramRefusal, give_up
from bot.channels.telegram.rendering import bold, is_blank, joined, plain, shortened
from bot.channels.telegram.wording.words import word
from bot.content import Content, RichText
from bot.engine.formats import language_name
from bot.ports import (
    AnyDeskOutgoing,
    ChannelRefused,
    DeskCard,
    DeskLine,
    DeskOffer,
    DeskOfferOver,
    DeskPrompt,
    DeskState,
    Receipt,
    Served,
)

PRIVATE = "private"  # how the places begin that are one agent's own
FACE, SEND, TAKE = "face", "send", "take"  # what buttons here do
PEN, EDITED = "✍️ ", "✎ "
FACT_UNITS = 500

Shown = DeskCard | DeskLine | DeskState | DeskOffer | DeskOfferOver | DeskPrompt


class PrivateChats:
    """The agents' private chats. `language` is what the house speaks to agents."""

    def __init__(self, messages: Messages, language: str) -> None:
        self._messages = messages
        self._language = language

    async def send(self, outgoing: AnyDeskOutgoing, thread: str | None) -> Receipt:
        """Bring it there. Raises ChannelBusy or ChannelRefused."""
        if not isinstance(outgoing, Shown):
            raise ChannelRefused("refused", f"{type(outgoing).__name__} is not for one agent")
        to = Destination(chat=outgoing.to.partition(":")[2])
        try:
            return Receipt(message_id=await self._show(to, outgoing))
        except TelegramRefusal as refusal:
            give_up(refusal)

    async def _show(self, to: Destination, outgoing: Shown) -> str | None:
        match outgoing:
            case DeskCard():
                return await self._messages.send(to, *self._card(outgoing))
            case DeskLine():
                return await self._line(to, outgoing)
            case DeskState():
                return await self._state(to, outgoing)
            case DeskOffer():
                buttons = offer_buttons(outgoing, self._language) if outgoing.seconds else self._take(outgoing)
                return await self._messages.send(to, Content(text=self._offer(outgoing)), buttons)
            case DeskOfferOver():
                if outgoing.message is not None:
                    await self._messages.edit(
                        to, outgoing.message, Content(text=self._offer_over(outgoing)), NO_BUTTONS
                    )
                return None
            case DeskPrompt():
                to = msgspec.structs.replace(to, reply_to=outgoing.answers)
                return await self._messages.send(to, Content(text=prompt_text(outgoing)), _prompt_buttons(outgoing))
            case _:
                assert_never(outgoing)

    # A customer whom the agent has

    def _card(self, card: DeskCard) -> tuple[Content, Markup]:
        served = Served(handoff=card.handoff, number=card.number, customer=card.customer)
        name = "private_faced" if card.is_faced else "private_not_faced"
        hints = (
            word(name, self._language, customer=name_of(served, self._language)),
            word("note_sign", self._language),
        )
        below = (cards.notice(f"\n{line_of(hint, self._language)}") for hint in hints)
        text = joined(cards.card_text(card, self._language), plain("\n"), *below)
        buttons = buttons_in_state(card.handoff, card.state, self._language)
        if not card.is_faced:
            buttons = {"inline_keyboard": [[_face(served, self._language)], *buttons["inline_keyboard"]]}
        return Content(text=text), buttons

    async def _line(self, to: Destination, line: DeskLine) -> str:
        served = Served(handoff=line.handoff, number=line.number, customer=line.customer)
        said = line.content.text if line.author is not None else cards.house_line(line, self._language)
        head = joined(self._head(served), plain(f" {EDITED}" if line.edited and line.replaces is None else ""))
        text = head if is_blank(said.text) else joined(head, plain("\n"), said)
        content = msgspec.structs.replace(line.content, text=text)
        to = msgspec.structs.replace(to, reply_to=content.reply_to)
        buttons = None if line.is_faced else {"inline_keyboard": [[_face(served, self._language)]]}
        if line.edited and line.replaces is not None:
            edited = await self._messages.edit(to, line.replaces, content, buttons)
            if edited is not None:
                return edited
        return await self._messages.send(to, content, buttons)

    async def _state(self, to: Destination, state: DeskState) -> str | None:
        """It is theirs no more: nothing is left to press below the card, but how it ended may be left to say."""
        served = Served(handoff=state.handoff, number=state.number, customer=state.customer)
        text = joined(self._head(served), plain("\n"), cards.state_text(state, self._language))
        if state.is_again:
            if state.card is not None:
                await self._messages.edit(to, state.card, Content(text=text), NO_BUTTONS)
            return None
        if state.card is not None and state.shown is not None:
            shown = msgspec.structs.replace(state.shown, dispositions=())
            await self._messages.edit(to, state.card, Content(text=cards.card_text(shown, self._language)), NO_BUTTONS)
        outcomes: Markup = NO_BUTTONS
        if state.state == "closed" and state.shown is not None and state.shown.dispositions:
            asked = line_of(word("choose_outcome", self._language), self._language)
            text = joined(text, plain(f"\n{asked}"))
            outcomes = outcome_buttons(state.handoff, state.shown.dispositions, self._language)
        others = [[_face(other, self._language)] for other in state.others]
        buttons = {"inline_keyboard": [*outcomes["inline_keyboard"], *others]}
        return await self._messages.send(to, Content(text=text), buttons)

    def _head(self, served: Served) -> RichText:
        return bold(line_of(name_of(served, self._language), self._language))

    # Offers

    def _offer(self, offer: DeskOffer) -> RichText:
        language = self._language
        served = Served(handoff=offer.handoff, number=offer.number, customer=offer.customer)
        facts = [
            (word("card_queue", language), offer.queue),
            (word("card_language", language), language_name(offer.language)),
            (word("card_reason", language), word(f"reason_{offer.reason}", language)),
            *offer.collected,
        ]
        pieces = [plain(f"{cards.OFFER} "), bold(word("private_offer", language, customer=name_of(served, language)))]
        for label, value in facts:
            if not is_blank(value):
                pieces += [plain(f"\n{label}: "), bold(isolated(shortened(value, FACT_UNITS), language))]
        name = "private_offer_seconds" if offer.seconds else "private_offer_open"
        pieces.append(plain(f"\n\n{word(name, language, seconds=str(offer.seconds))}"))
        return directed(joined(*pieces), language)

    def _take(self, offer: DeskOffer) -> Markup:
        return {"inline_keyboard": [[_button(word("button_take", self._language), f"{TAKE} {offer.handoff}")]]}

    def _offer_over(self, over: DeskOfferOver) -> RichText:
        served = Served(handoff=over.handoff, number=over.number, customer=over.customer)
        name = "taken" if over.taken_by else over.outcome
        text = word(f"private_offer_{name}", self._language, agent=isolated(over.taken_by or "", self._language))
        return joined(self._head(served), plain("\n"), cards.notice(line_of(text, self._language)))


def name_of(served: Served, language: str) -> str:
    """How a customer among several is called: by number and name, which read alike in every line."""
    return f"{isolated(f'#{served.number}', language)} {isolated(served.customer, language)}".rstrip()


def prompt_text(prompt: DeskPrompt) -> RichText:
    """Words of the house, in the language that the agent's app speaks."""
    customer = name_of(prompt.served, prompt.language) if prompt.served is not None else ""
    agent = isolated(prompt.agent_name or "?", prompt.language)
    text = word(f"private_{prompt.says}", prompt.language, customer=customer, agent=agent)
    return cards.notice(line_of(text, prompt.language))


def _prompt_buttons(prompt: DeskPrompt) -> Markup:
    return {"inline_keyboard": [[_choice(prompt, one)] for one in prompt.choices]}


def _choice(prompt: DeskPrompt, one: Served) -> dict[str, str]:
    match prompt.says:
        case "to_whom":
            return _button(name_of(one, prompt.language), f"{SEND} {prompt.answers} {one.handoff}")
        case "waiting":
            return _button(name_of(one, prompt.language), f"{TAKE} {one.handoff}")
        case _:
            return _face(one, prompt.language)


def face_buttons(choices: Sequence[Served], language: str) -> Markup:
    """Whom the agent's words may go to."""
    return {"inline_keyboard": [[_face(one, language)] for one in choices]}


def _face(served: Served, language: str) -> dict[str, str]:
    return _button(f"{PEN}{name_of(served, language)}", f"{FACE} {served.handoff}")


def _button(text: str, data: str) -> dict[str, str]:
    return {"text": label_of(text), "callback_data": data}
