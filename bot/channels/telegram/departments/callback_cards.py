"""How a number that was left looks to agents: the card, and what can be pressed below it."""

from datetime import datetime

from bot.channels.direction import directed, isolated
from bot.channels.telegram.desk.card_buttons import keyboard
from bot.channels.telegram.desk.cards import CALL, listed, notice
from bot.channels.telegram.desk.customer_lines import channel_name
from bot.channels.telegram.keyboards import NO_BUTTONS, Markup
from bot.channels.telegram.rendering import bold, joined, plain
from bot.channels.telegram.wording.words import word
from bot.content import RichText
from bot.engine.formats import language_name, long_moment, native_digits
from bot.engine.wording import WORDING
from bot.ports import DeskCallback

STATES = {"open": "🟡", "taken": "🟢", "done": "✅", "failed": "⚪"}
OVER = frozenset({"done", "failed"})
DEEDS = {
    "open": (("take",),),
    "taken": (("reached", "no_answer", "busy"), ("wrong_number", "give_back")),
}


def card_text(callback: DeskCallback, language: str) -> RichText:
    """Whom to call, where and when, and what came of it until now."""
    facts = [
        (word("callback_when", language), _when(callback, language)),
        (word("callback_place", language), _moment(callback.place_at, language)),
        (word("card_queue", language), callback.queue),
        (word("card_language", language), language_name(callback.language)),
        (word("card_channel", language), channel_name(callback.channel, language)),
        (word("callback_about", language), callback.about),
        (word("callback_last", language), _last(callback, language)),
    ]
    phone = bold(isolated(callback.phone, language))
    asks = word("callback_asked", language, customer=isolated(callback.customer, language))
    state = notice(f"\n{STATES[callback.state]} {_state(callback, language)}")
    return directed(joined(plain(f"{CALL} "), phone, state, plain(f"\n{asks}"), *listed(facts, language)), language)


def _when(callback: DeskCallback, language: str) -> str:
    if callback.state in OVER:
        return ""
    soon = WORDING["utter_switchboard_callback_asap"]
    return _moment(callback.due_at, language) if callback.due_at else soon.get(language, soon["en"])


def _last(callback: DeskCallback, language: str) -> str:
    if callback.outcome is None or callback.tries == 0:
        return ""
    outcome = word(f"call_outcome_{callback.outcome}", language)
    tries, most = (native_digits(str(count), language) for count in (callback.tries, callback.most_tries))
    return word("callback_last_of", language, outcome=outcome, tries=tries, most=most)


def _state(callback: DeskCallback, language: str) -> str:
    if callback.outcome == "replaced":
        return word("callback_is_replaced", language)
    if callback.state == "open" and callback.again:
        return word("callback_is_due", language)
    agent = isolated(callback.agent_name or "?", language)
    at = _moment(callback.happened_at, language)
    return word(f"callback_is_{callback.state}", language, agent=agent, at=at)


def _moment(moment: str | None, language: str) -> str:
    return long_moment(datetime.fromisoformat(moment), language) if moment else ""


def moved_down_text(callback: DeskCallback, language: str) -> RichText:
    """What stays where it was seen before its time came."""
    phone = isolated(callback.phone, language)
    return directed(joined(plain(f"{CALL} {phone}\n"), notice(word("callback_moved_down", language))), language)


def card_buttons(callback: DeskCallback, language: str) -> Markup:
    """What an agent can do with it now."""
    rows = [
        [(word(f"button_call_{deed}", language), f"call_{deed} {callback.callback}") for deed in row]
        for row in DEEDS.get(callback.state, ())
    ]
    return keyboard(rows, language) if rows else NO_BUTTONS
