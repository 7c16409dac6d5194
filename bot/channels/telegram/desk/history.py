"""All that was said, for agents: in a few messages, or as a file when it is long."""

from collections.abc import Iterator, Sequence

from bot.channels.direction import isolated
from bot.channels.telegram.rendering import TEXT_UNITS, bold, joined, plain, utf16_length
from bot.content import RichText
from bot.service.desk.histories import Said

SIGNS = {"message": "", "edit": "✎ ", "note": "📝 "}
LINE_UNITS = 3000  # more would not surely fit on a page with its author
PAGES = 2  # more would fill the topic, and a good part of what the group may be sent in a minute


def pages(history: Sequence[Said], language: str) -> list[RichText] | None:
    """The whole of it on pages that fit into a message each; none when it is too long for that."""
    if any(utf16_length(said.what) > LINE_UNITS for said in history):
        return None
    found: list[RichText] = []
    room = 0
    for line in _lines(history, language):
        length = utf16_length(line.text)
        if found and length <= room:
            found[-1], room = joined(found[-1], line), room - length
        elif len(found) == PAGES:
            return None
        else:
            found.append(line)
            room = TEXT_UNITS - length
    return found


def _lines(history: Sequence[Said], language: str) -> Iterator[RichText]:
    day = None
    for said in history:
        if said.at.date() != day:
            day = said.at.date()
            yield bold(f"{day.isoformat()}\n")
        mixed = language if said.what.isascii() and said.who.isascii() else "fa"
        who = bold(isolated(said.who, mixed))
        yield joined(plain(f"{SIGNS[said.kind]}{said.at:%H:%M} "), who, plain(f": {said.what}\n"))


def as_file(history: Sequence[Said]) -> bytes:
    """The whole of it as plain text, in UTF-8 with its mark, so that every editor knows."""
    lines = (f"{said.at:%Y-%m-%d %H:%M} {SIGNS[said.kind]}{said.who}: {said.what}" for said in history)
    return ("\ufeff" + "\n".join(lines) + "\n").encode()
