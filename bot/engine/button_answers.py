"""What a question's own button answers whose text alone is no answer: a language model would tell what it means.

Here it stands for the one value that its words name, or for the one that the other buttons leave.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.content import Json
from bot.engine.answers import Answer, coerce
from bot.engine.calm_payloads import SetsSlots, read_payload
from bot.engine.flow import Slot
from bot.engine.normal import normalise
from bot.engine.yes_and_no import yes_or_no

MOST_GUESSED = 2500  # buttons by values: each is compared with each
_BETWEEN_WORDS = re.compile(r"[\W_]+")


class Shown(NamedTuple):
    """A button as the customer sees it, and the text that it says for them."""

    label: str
    payload: str


def answer_of(slot: Slot | None, place: int, buttons: Sequence[Shown]) -> str:
    """The payload to take for the button at this place: its own, or the text of the value which it stands for."""
    own = buttons[place].payload
    said = [_said(slot, each.payload) for each in buttons] if slot is not None and _are_few(slot, buttons) else []
    if slot is None or not said or None in said or _fits(slot, said[place]):
        return own
    values: tuple[Json, ...] = (True, False) if slot.type == "bool" else slot.values
    meant = [_named(slot, values, text or "", each.label) for text, each in zip(said, buttons, strict=True)]
    unnamed = [number for number, value in enumerate(meant) if value is None]
    left = [value for value in values if value not in meant]
    if meant[place] is None and len(unnamed) == len(left):
        meant[place] = left[unnamed.index(place)]
    value = meant[place]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return own if value is None else str(value)


def unclear(slot: Slot, buttons: Sequence[Shown]) -> list[str]:
    """The texts of these buttons that are no answers by themselves; none where there is too much to compare."""
    few = buttons if _are_few(slot, buttons) else []
    return [each.payload for each in few if read_payload(each.payload) is None and not _fits(slot, each.payload)]


def _are_few(slot: Slot, buttons: Sequence[Shown]) -> bool:
    return len(buttons) * len(slot.values) <= MOST_GUESSED


def _said(slot: Slot, payload: str) -> str | None:
    """The text that the button says as an answer; none when it does something else."""
    match read_payload(payload):
        case None:
            return payload
        case SetsSlots(values=values) if list(values) == [slot.name] and values[slot.name] is not None:
            return str(values[slot.name])
    return None


def _fits(slot: Slot, said: str | None) -> bool:
    narrow = slot.type in ("bool", "categorical")
    return not narrow or isinstance(coerce(slot.type, said, slot.values), Answer)


def _named(slot: Slot, values: Sequence[Json], said: str, label: str) -> Json:
    """The only value that fits the button's text, begins it, or is among its words."""
    read = coerce(slot.type, said, slot.values)
    if isinstance(read, Answer):
        return read.value
    words = [*_words(said), *_words(label)]
    if slot.type == "bool":
        return yes_or_no(words[0]) if words else None
    named = [value for value in values if set(_words(str(value))) <= set(words)]
    return named[0] if len(named) == 1 else None


def _words(text: str) -> list[str]:
    return _BETWEEN_WORDS.sub(" ", normalise(text)).split()
