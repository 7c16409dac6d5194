"""Entities: pieces of a text with a meaning, measured in UTF-16 code units as Telegram measures them."""

import re
from dataclasses import dataclass, field
from typing import Any

Wire = dict[str, Any]

USER_LINK = re.compile(r"tg:(?://)?user\?id=(\d+)")
WEB_LINK = re.compile(
    r"(?:(?:https?|tg|ton|tonsite)://|mailto:|tel:)\S+|(?:[\w-]+\.)+[A-Za-z]{2,}(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE
)
DETECTED = {
    "url": re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)\]]|(?<![\w@.])t\.me/[^\s<>]+[^\s<>.,;:!?)\]]"),
    "email": re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"),
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])"),
    "mention": re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w)"),
    "hashtag": re.compile(r"(?<![\w#])#\w*[^\W\d]\w*"),
    "phone_number": re.compile(r"(?<![\w+])\+\d{10,14}(?!\w)"),
}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class MarkupError(ValueError):
    """What Telegram says after "can't parse entities: "."""


@dataclass(slots=True)
class Opened:
    kind: str
    tag: str
    argument: str
    offset: int
    starts_at: int


@dataclass(slots=True)
class Written:
    """The text so far, its length in UTF-16 units, and the entities closed so far."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    entities: list[Wire] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += utf16_length(text)

    def since(self, offset: int) -> str:
        units = "".join(self.pieces).encode("utf-16-le")
        return units[offset * 2 :].decode("utf-16-le")

    def close(self, opened: Opened) -> None:
        if self.length == opened.offset:
            return
        entity: Wire = {"type": opened.kind, "offset": opened.offset, "length": self.length - opened.offset}
        if opened.kind == "text_link":
            link = opened.argument or self.since(opened.offset)
            if user := USER_LINK.fullmatch(link):
                entity |= {"type": "text_mention", "user": {"id": int(user[1]), "is_bot": False, "first_name": "?"}}
            elif WEB_LINK.fullmatch(link):
                entity["url"] = link
            else:
                return
        elif opened.kind == "custom_emoji":
            entity["custom_emoji_id"] = opened.argument
        elif opened.kind == "pre" and opened.argument:
            entity["language"] = opened.argument
        self.entities.append(entity)


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def byte_offset(source: str, at: int) -> int:
    return len(source[:at].encode("utf-8", "surrogatepass"))


def in_order(entities: list[Wire]) -> list[Wire]:
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def misplaced(text: str, entities: list[Wire]) -> str | None:
    """What is wrong with the first entity that does not lie in the text on whole characters, or None."""
    boundaries = {0}
    length = 0
    for character in text:
        length += 1 + (character > "\uffff")
        boundaries.add(length)
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if start < 0 or entity["length"] <= 0:
            return f"entity has wrong offset {start} or length {entity['length']}"
        if end > length:
            return f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {length}"
        if start not in boundaries or end not in boundaries:
            return f"entity beginning at UTF-16 offset {start} ends in a middle of a UTF-16 symbol"
    return None


def trimmed(text: str, entities: list[Wire]) -> tuple[str, list[Wire]]:
    """Without white space at both ends, as Telegram stores it; entities follow."""
    text = CONTROL.sub(" ", text.replace("\r", ""))
    kept = text.strip()
    skipped = utf16_length(text[: len(text) - len(text.lstrip())])
    length = utf16_length(kept)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - skipped, 0)
        end = min(entity["offset"] - skipped + entity["length"], length)
        if start < end:
            moved.append({**entity, "offset": start, "length": end - start})
    return kept, moved


def with_detected(text: str, entities: list[Wire]) -> list[Wire]:
    """Adds what Telegram finds by itself: commands, links, mentions, hashtags, addresses, phone numbers."""
    taken = [(entity["offset"], entity["offset"] + entity["length"]) for entity in entities]
    found = list(entities)
    for kind, pattern in DETECTED.items():
        for match in pattern.finditer(text):
            start = utf16_length(text[: match.start()])
            end = start + utf16_length(match[0])
            if all(end <= begin or finish <= start for begin, finish in taken):
                taken.append((start, end))
                found.append({"type": kind, "offset": start, "length": end - start})
    return in_order(found)
