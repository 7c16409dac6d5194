"""How a hand-off looks to agents: the topic's name, the card, the buttons; and a number that was left."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.channels.telegram.customer_lines import known_lines
from bot.channels.telegram.keyboards import NO_BUTTONS, Markup
from bot.channels.telegram.rendering import bold, is_blank, joined, plain, shortened
from bot.channels.telegram.words import WORDS, word
from bot.content import RichText, Span
from bot.engine.formats import long_moment
from bot.engine.wording import WORDING
from bot.ports import DeskCallback, DeskCard, DeskState

TOPIC_NAME_UNITS = 128  # more is refused
SIGNS = {"queued": "🟡", "released": "🟠", "taken": "🟢", "closed": "✅", "abandoned": "⚪"}
CALL = "📞"
OVER = frozenset({"closed", "abandoned"})


def topic_name(card: DeskCard | DeskState) -> str:
    """State, number, customer and queue."""
    return shortened(f"{SIGNS[card.state]} #{card.number} {card.customer} · {card.queue}", TOPIC_NAME_UNITS)


def card_text(card: DeskCard, language: str) -> RichText:
    """Who it is, what it is about, and what the flow has collected."""
    names = WORDING["utter_switchboard_language_name"]
    facts = [
        (word("card_queue", language), card.queue),
        (word("card_language", language), names.get(card.language, card.language)),
        (word("card_channel", language), card.channel),
        (word("card_reason", language), word(f"reason_{card.reason}", language)),
        *card.collected,
        (word("card_note", language), card.note),
    ]
    return joined(
        bold(f"{SIGNS[card.state]} #{card.number} {card.customer}".strip()),
        *_listed(facts),
        *known_lines(card.known, language),
    )


def callback_text(callback: DeskCallback, language: str) -> RichText:
    """Whom to call, where and when."""
    soon = WORDING["utter_switchboard_callback_asap"]
    due_at = datetime.fromisoformat(callback.due_at) if callback.due_at else None
    when = soon.get(language, soon["en"]) if due_at is None else long_moment(due_at, language)
    names = WORDING["utter_switchboard_language_name"]
    facts = [
        (word("card_when", language), when),
        (word("card_queue", language), callback.queue),
        (word("card_language", language), names.get(callback.language, callback.language)),
        (word("card_channel", language), callback.channel),
    ]
    asks = word("callback_asked", language, customer=callback.customer)
    return joined(plain(f"{CALL} "), bold(callback.phone), plain(f"\n{asks}"), *_listed(facts))


def _listed(facts: Sequence[tuple[str, str]]) -> Iterator[RichText]:
    for label, value in facts:
        if not is_blank(value):
            yield plain(f"\n{label}: ")
            yield bold(value)


def transcript_text(card: DeskCard, language: str) -> RichText | None:
    """What was said until now, none if nothing was."""
    if not card.transcript:
        return None
    pieces = [bold(word("card_transcript", language))]
    for who, what in card.transcript:
        pieces += [plain("\n"), bold(who), plain(f": {what}")]
    return joined(*pieces)


def card_buttons(card: DeskCard | DeskState, language: str) -> Markup:
    """What an agent can do with it now."""
    if card.state in OVER:
        return NO_BUTTONS
    deeds = ("release", "close") if card.state == "taken" else ("take", "close")
    row = [{"text": word(f"button_{deed}", language), "callback_data": f"{deed} {card.handoff}"} for deed in deeds]
    return {"inline_keyboard": [row]}


def state_text(state: DeskState, language: str) -> RichText:
    """What has become of it, as a notice."""
    outcome = state.outcome or ""
    if f"outcome_{outcome}" in WORDS and state.state == "abandoned":
        outcome = word(f"outcome_{outcome}", language)
    values = {"agent": state.agent_name or "", "queue": state.queue, "outcome": outcome}
    name = f"state_{state.state}"
    if state.state == "closed" and not state.outcome:
        name = "state_closed_plain"
    return notice(f"{SIGNS[state.state]} {word(name, language, **values)}")


def notice(text: str) -> RichText:
    """Words of the house itself: unlike anything that a customer can write."""
    return RichText(text=text, spans=(Span(start=0, end=len(text), style="italic"),))
