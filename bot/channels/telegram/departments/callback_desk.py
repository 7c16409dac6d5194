"""What agents do with numbers to be called: the buttons below a card, and the list of those whose time has come."""

from collections.abc import Mapping

from bot.channels.direction import isolated, line_of
from bot.channels.telegram.departments.callback_cards import STATES, card_buttons, card_text
from bot.channels.telegram.desk.buttons import Press
from bot.channels.telegram.desk.card_buttons import keyboard, rows_of
from bot.channels.telegram.desk.card_copies import CardCopies
from bot.channels.telegram.desk.cards import CALL
from bot.channels.telegram.desk.commands import Call, Role
from bot.channels.telegram.keyboards import Markup
from bot.channels.telegram.notices import Notices, Spot
from bot.channels.telegram.rendering import plain
from bot.channels.telegram.wording.words import word
from bot.content import RichText
from bot.engine.formats import clock, long_moment
from bot.ports import DeskCallback
from bot.service.departments.callback_acts import CallbackAnswer, Outcome
from bot.service.departments.callbacks import CallbackCard, Callbacks

SHOW = "call_show"
LISTED = 30
SHOWN = 10  # of them by a button
OUTCOMES: dict[str, Outcome] = {
    "call_reached": "reached",
    "call_no_answer": "no_answer",
    "call_busy": "busy",
    "call_wrong_number": "wrong_number",
}


class CallbackDesk:
    """Buttons and a command; each button is one act of the service."""

    deeds = frozenset({*OUTCOMES, "call_take", "call_give_back", SHOW})
    names: Mapping[str, Role] = {"callbacks": "agent"}

    def __init__(self, callbacks: Callbacks, copies: CardCopies, notices: Notices, language: str) -> None:
        self._callbacks = callbacks
        self._copies = copies
        self._notices = notices
        self._language = language

    async def press(self, press: Press) -> str:
        """Do what the button says. Gives the notice for who pressed it."""
        is_act = press.deed != SHOW
        notice = await self._act(press) if is_act else ""
        card = await self._callbacks.card(press.argument)
        if card is None:
            return notice or word("old_button", press.language)
        if is_act:
            await self._copies.follow(press, card, *self._shown(card))
        else:
            await self._copies.show(press, *self._shown(card))
        return notice

    def _shown(self, card: DeskCallback) -> tuple[RichText, Markup]:
        return card_text(card, self._language), card_buttons(card, self._language)

    async def _act(self, press: Press) -> str:
        by = (press.argument, press.agent.id, press.number)
        match press.deed:
            case "call_take":
                return _told(await self._callbacks.take(*by), "callback_now_taken", press.language)
            case "call_give_back":
                return _told(await self._callbacks.give_back(*by), "callback_now_free", press.language)
            case deed:
                answer = await self._callbacks.end(*by, OUTCOMES[deed])
                return _told(answer, "callback_now_failed" if answer.failed else "callback_now_done", press.language)

    async def run(self, call: Call) -> None:
        """Tell who is to be called now, who is to be called first before the others."""
        cards, language = await self._callbacks.due(LISTED), call.language or "en"
        if not cards:
            await self._notices.reply(call.message, word("callbacks_empty", language))
            return
        lines = [line_of(self._line(card, language), language) for card in cards]
        buttons = [(f"{CALL} {isolated(card.phone, language)}", f"{SHOW} {card.id}") for card in cards[:SHOWN]]
        await self._notices.say(Spot.of(call.message), plain("\n".join(lines)), keyboard(rows_of(buttons), language))

    def _line(self, card: CallbackCard, language: str) -> str:
        since = self._callbacks.on_clock(card.due_at or card.place_at or card.requested_at)
        agent = [card.agent_name] if card.agent_name else []
        facts = [card.phone, card.customer_name, card.queue, clock(since.time(), language), *agent]
        return f"{STATES[card.state]} {CALL} {' · '.join(isolated(fact, language) for fact in facts)}"


def _told(answer: CallbackAnswer, done: str, language: str | None) -> str:
    """What became of it."""
    if answer.again_at is not None:
        return word("callback_now_again", language, at=long_moment(answer.again_at, language or "en"))
    if answer.done:
        return word(done, language)
    match answer.why:
        case "theirs":
            return word("callback_theirs", language, agent=isolated(answer.agent_name or "?", language))
        case "over" | "free":
            return word(f"callback_{answer.why}", language)
        case _:
            return word("old_button", language)
