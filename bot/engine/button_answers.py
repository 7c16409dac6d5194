"""What a question's own button answers whose text alone is no answer: a language model would tell what it means.

Here it stands for the one value that its words name, or for the one that the other buttons leave.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.content import Json
from bot.engine.answers import Answer, coerce
from bot.engine.calm_payloads import read_payload
from bot.engine.flow import Slot
from bot.engine.normal import normalise
from bot.engine.yes_and_no import yes_or_no

_BETWEEN_WORDS = re.compile(r"[\W_]+")


class Shown(NamedTuple):
    """A button as the customer sees it, and the text that it says for them."""

    label: str
    payload: str


def answer_of(slot: Slot | None, place: int, buttons: Sequence[Shown]) -> str:
    """The text to take for the button at this place: its own, or that of the value which it stands for."""
    own = buttons[place].payload
    if slot is None or not _is_unclear(slot, own) or any(read_payload(each.payload) for each in buttons):
        return own
    values: tuple[Json, ...] = (True, False) if slot.type == "bool" else slot.values
    meant = [_named(slot, values, each) for each in buttons]
    unnamed = [number for number, value in enumerate(meant) if value is None]
    left = [value for value in values if value not in meant]
    if meant[place] is None and len(unnamed) == len(left):
        meant[place] = left[unnamed.index(place)]
    value = meant[place]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return own if value is None else str(value)


def unclear(slot: Slot, buttons: Sequence[Shown]) -> list[str]:
    """The texts of these buttons that are no answers by themselves."""
    return [each.payload for each in buttons if _is_unclear(slot, each.payload)]


def _is_unclear(slot: Slot, payload: str) -> bool:
    narrow = slot.type in ("bool", "categorical")
    return narrow and read_payload(payload) is None and not isinstance(coerce(slot.type, payload, slot.values), Answer)


def _named(slot: Slot, values: Sequence[Json], button: Shown) -> Json:
    """The only value that fits the button's text, begins it, or is among its words."""
    read = coerce(slot.type, button.payload, slot.values)
    if isinstance(read, Answer):
        return read.value
    words = [*_words(button.payload), *_words(button.label)]
    if slot.type == "bool":
        return yes_or_no(words[0]) if words else None
    named = [value for value in values if set(_words(str(value))) <= set(words)]
    return named[0] if len(named) == 1 else None


def _words(text: str) -> list[str]:
    return _BETWEEN_WORDS.sub(" ", normalise(text)).split()
