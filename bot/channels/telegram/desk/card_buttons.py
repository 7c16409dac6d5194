"""What agents can press below a hand-off's card: what it is about is the argument, so that old ones still know it."""

from collections.abc import Sequence
from zlib import crc32

from bot.channels.direction import is_right_to_left
from bot.channels.telegram.desk.cards import OVER, label_of_outcome
from bot.channels.telegram.keyboards import NO_BUTTONS, Markup, label_of
from bot.channels.telegram.wording.words import word
from bot.ports import DeskCard, DeskOffer

OPEN = frozenset({"queued", "offered", "released", "transferred", "taken"})
IN_A_ROW = 2
MOST_CANNED = 60  # 100 buttons are too many for Telegram, and fewer than that for people
QUEUE, AGENT, BACK = "🗂 ", "👤 ", "‹ "
NO_OUTCOME = "-"

Button = tuple[str, str]  # what stands on it, and its data


def card_buttons(card: DeskCard, language: str) -> Markup:
    """What an agent can do with it now."""
    if card.state in OVER:
        return outcome_buttons(card.handoff, card.dispositions, language)
    return buttons_in_state(card.handoff, card.state, language)


def buttons_in_state(handoff: str, state: str, language: str) -> Markup:
    """What can be done with a hand-off that is in this state."""
    if state not in OPEN:
        return NO_BUTTONS
    deeds = ("release", "transfer", "close") if state == "taken" else ("take", "transfer", "close")
    return keyboard([[(word(f"button_{deed}", language), f"{deed} {handoff}") for deed in deeds]], language)


def outcome_buttons(handoff: str, dispositions: Sequence[str], language: str) -> Markup:
    """How it may have ended."""
    if not dispositions:
        return NO_BUTTONS
    shown = [(label_of_outcome(name), f"outcome {handoff} {short(name)}") for name in dispositions]
    none = (word("button_no_outcome", language), f"outcome {handoff} {NO_OUTCOME}")
    return keyboard([*rows_of(shown), [none]], language)


def target_buttons(handoff: str, queues: Sequence[str], agents: Sequence[tuple[str, str]], language: str) -> Markup:
    """Where it can be passed on: queues by name, agents by id and name; and the way back."""
    to_queues = [(f"{QUEUE}{name}", f"pass {handoff} {short(name)}") for name in queues]
    to_agents = [(f"{AGENT}{name}", f"give {handoff} {agent}") for agent, name in agents]
    back = (f"{BACK}{word('choices_back', language)}", f"card {handoff}")
    return keyboard([*rows_of(to_queues), *rows_of(to_agents), [back]], language)


def offer_buttons(offer: DeskOffer, language: str) -> Markup:
    """For whom it is offered to."""
    deeds = ("accept", "decline")
    return keyboard([[(word(f"button_{deed}", language), f"{deed} {offer.handoff}") for deed in deeds]], language)


def canned_buttons(handoff: str, names: Sequence[str], language: str) -> Markup:
    """What can be said by a button."""
    shown = [(label_of_outcome(name), f"canned {handoff} {short(name)}") for name in names[:MOST_CANNED]]
    return keyboard(rows_of(shown), language)


def short(name: str) -> str:
    """Stands for a name that may be longer than a button's data."""
    return f"{crc32(name.encode()):08x}"


def meant(names: Sequence[str], shortened: str) -> str | None:
    """The name that this stands for, none if there is no such, or no longer."""
    found = [name for name in names if short(name) == shortened]
    return found[0] if len(found) == 1 else None


def rows_of(buttons: Sequence[Button]) -> list[Sequence[Button]]:
    """So many in a row as can be read."""
    return [buttons[start : start + IN_A_ROW] for start in range(0, len(buttons), IN_A_ROW)]


def keyboard(rows: Sequence[Sequence[Button]], language: str) -> Markup:
    """The buttons in the order in which the language is read."""
    mirrored = is_right_to_left(language)  # the apps never turn a row around
    shown = [[{"text": label_of(text), "callback_data": data} for text, data in row] for row in rows]
    return {"inline_keyboard": [row[::-1] if mirrored else row for row in shown]}
