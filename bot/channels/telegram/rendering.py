"""From our texts to Telegram's: entities instead of markup, in UTF-16 code units, in parts that fit into a message.

No `parse_mode` is ever used, so nothing that anybody wrote can become markup or break it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

import msgspec

from bot.content import RichText, Span

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
ENTITIES = {"bold": "bold", "italic": "italic", "code": "code", "link": "text_link"}

# What Telegram takes out of a text or refuses: control characters, and halves of characters that no encoding can carry.
UNSENDABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
# What takes room and shows nothing: without a trace of anything else Telegram calls a message empty.
INVISIBLE = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]*"
)
NOTHING_TO_SEE = "…"
MENTION = re.compile(r"tg://user\?id=(\d+)")  # a link to a person: Telegram tells them that they are meant

# The ends at which a long text may be cut, the best first.
ENDS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[.!?…。！？؟؛۔]+[\"'»”’)\]]*(?:\s|(?<=[。！？]))"),
    re.compile(r"\s"),
)
EARLIEST_END = 0.5  # of the room: a cut before that wastes more than it helps
# Signs that belong to the one before them: marks, joiners, variation selectors and skin tones.
CLINGING = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u200c\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")


class Part(msgspec.Struct, frozen=True):
    """A text as one message carries it."""

    text: str
    entities: list[dict[str, Any]]


def utf16_length(text: str) -> int:
    """How long Telegram says it is."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_positions(text: str) -> list[int]:
    """Where each code point begins, in UTF-16 code units; the last entry is where the text ends."""
    return list(accumulate((2 if letter > "\uffff" else 1 for letter in text), initial=0))


def is_blank(text: str) -> bool:
    """Whether there is nothing in it that anybody could see."""
    return INVISIBLE.fullmatch(text) is not None


def plain(text: str) -> RichText:
    """A text without any style."""
    return RichText(text=text)


def joined(*pieces: RichText) -> RichText:
    """One text after the other, each with its styles."""
    spans: list[Span] = []
    length = 0
    for piece in pieces:
        spans += [msgspec.structs.replace(s, start=s.start + length, end=s.end + length) for s in piece.spans]
        length += len(piece.text)
    return RichText(text="".join(piece.text for piece in pieces), spans=tuple(spans))


def bold(text: str) -> RichText:
    """A text that stands out."""
    return RichText(text=text, spans=(Span(start=0, end=len(text), style="bold"),) if text else ())


def rendered(content: RichText, limit: int = TEXT_UNITS) -> list[Part]:
    """The text in parts of at most `limit` UTF-16 code units, none of them empty; a blank text gives one sign."""
    text = UNSENDABLE.sub(" ", content.text) if UNSENDABLE.search(content.text) else content.text
    if is_blank(text):
        return [Part(NOTHING_TO_SEE, [])]
    if len(text) * 2 <= limit or utf16_length(text) <= limit:
        return [Part(text, _entities(text, content.spans, 0, len(text)))]
    return [Part(text[start:end], _entities(text, content.spans, start, end)) for start, end in _cuts(text, limit)]


def shortened(text: str, limit: int) -> str:
    """The text on one line, with an ellipsis in place of what is more than `limit` code units."""
    line = " ".join(UNSENDABLE.sub(" ", text).split())
    if utf16_length(line) <= limit:
        return line
    positions = utf16_positions(line)
    end = bisect_right(positions, limit - 1) - 1
    while end > 1 and CLINGING.match(line[end]):
        end -= 1
    return line[:end].rstrip() + "…"


def _entities(text: str, spans: Sequence[Span], start: int, end: int) -> list[dict[str, Any]]:
    """The styles of one stretch of the text."""
    if not spans:
        return []
    piece = text[start:end]
    positions = utf16_positions(piece)
    entities = []
    for span in spans:
        first, last = max(span.start, start) - start, min(span.end, end) - start
        if first >= last or is_blank(piece[first:last]) or (span.style == "link" and not span.url):
            continue
        entity: dict[str, Any] = {
            "type": ENTITIES[span.style],
            "offset": positions[first],
            "length": positions[last] - positions[first],
        }
        if person := MENTION.fullmatch(span.url or ""):
            user = {"id": int(person[1]), "is_bot": False, "first_name": piece[first:last]}
            entity |= {"type": "text_mention", "user": user}
        elif span.style == "link":
            entity["url"] = span.url
        entities.append(entity)
    return entities


def _cuts(text: str, limit: int) -> Iterator[tuple[int, int]]:
    """First and last place of each part: without the white space at its ends, and never a blank one."""
    positions = utf16_positions(text)
    start = 0
    while start < len(text):
        end = bisect_right(positions, positions[start] + limit) - 1
        if end < len(text):
            end = _end_before(text, start, end)
        stretch = text[start:end]
        if not is_blank(stretch):
            first = start + len(stretch) - len(stretch.lstrip())
            yield first, start + len(stretch.rstrip())
        start = end


def _end_before(text: str, start: int, end: int) -> int:
    """The best place to cut at or before `end`."""
    earliest = start + int((end - start) * EARLIEST_END)
    for pattern in ENDS:
        found = [match.end() for match in pattern.finditer(text, earliest, end)]
        if found:
            return found[-1]
    last = end
    while last > earliest and CLINGING.match(text[last]):
        last -= 1
    if last > earliest and text[last - 1] == "\u200d":
        last -= 1
    return last if last > earliest else end
