"""What people behind the bot are shown of the slots: values as pairs of label and text, and files."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from bot.content import Attachment, Json
from bot.engine.formats import shown
from bot.engine.talk import Talk


def shared(talk: Talk, slots: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Those of the slots that hold something; a secret is bullets."""
    return tuple(
        (slot.replace("_", " "), shown(talk.shown_in_log(slot, talk.slots[slot]), None, talk.language))
        for slot in slots
        if talk.slots.get(slot) is not None
    )


def attached(talk: Talk, slots: Iterable[str]) -> tuple[Attachment, ...]:
    """The files that customers sent as answers; what is no file is left out."""
    return tuple(file for slot in slots for file in _files(talk.slots.get(slot)))


def _files(value: Json) -> Iterator[Attachment]:
    """One file, several, or the places of some in a text, as `collect` keeps them in slots of their types."""
    if isinstance(value, str):
        yield from (Attachment(kind="document", file=file) for file in value.split(", ") if ":" in file)
        return
    for file in value if isinstance(value, list) else [value]:
        if isinstance(file, dict):
            yield from _file(file)


def _file(fields: dict[str, Any]) -> Iterator[Attachment]:
    try:
        yield msgspec.convert(fields, Attachment)
    except msgspec.ValidationError:
        return
