"""Buttons: below a message, or in place of the customer's keyboard."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import ceil
from typing import Any, Literal

from bot.channels.direction import is_right_to_left
from bot.channels.telegram.rendering import is_blank, shortened
from bot.content import Choice
from bot.engine.wording import WORDING

LABEL_UNITS = 64  # Telegram's apps show less than that; the whole label is in nobody's way here
ROW_BUTTONS = 8  # more are refused

Markup = dict[str, Any]

NO_BUTTONS: Markup = {"inline_keyboard": []}
NO_KEYBOARD: Markup = {"remove_keyboard": True}
# How choices share rows: pages stand together in one, ways back in another, everything else in the flow's columns.
ROWS = {"page": "page", "back": "back"}


def inline_keyboard(choices: Sequence[Choice], columns: int, language: str) -> Markup:
    """The choices below a message; each tells its token when it is tapped."""
    mirrored = is_right_to_left(language)  # the apps never turn a row around
    rows = []
    for row in _rows(choices, columns):
        buttons = [{"text": label_of(choice.label), "callback_data": choice.token} for choice in row]
        rows.append(buttons[::-1] if mirrored else buttons)
    return {"inline_keyboard": rows}


def sharing_keyboard(what: Literal["contact", "location"], choices: Sequence[Choice], language: str) -> Markup:
    """A button that shares the customer's number or place, then the choices; those only write their label."""
    texts = WORDING[f"utter_switchboard_share_{what}"]
    share = {"text": texts.get(language, texts["en"]), f"request_{what}": True}
    rows = [[share], *([{"text": label_of(choice.label)}] for choice in choices)]
    return {"keyboard": rows, "one_time_keyboard": True, "resize_keyboard": True}


def label_of(label: str) -> str:
    """What stands on a button: one line, not too long, never nothing."""
    line = shortened(label, LABEL_UNITS)
    return "·" if is_blank(line) else line


def _rows(choices: Sequence[Choice], columns: int) -> Iterator[Sequence[Choice]]:
    for row, group in groupby(choices, key=lambda choice: ROWS.get(choice.role, "")):
        together = list(group)
        width = min(ROW_BUTTONS, columns if row == "" else len(together))
        if columns > ROW_BUTTONS:  # one row was wanted: share the buttons out evenly
            width = ceil(len(together) / ceil(len(together) / ROW_BUTTONS))
        for start in range(0, len(together), width):
            yield together[start : start + width]
