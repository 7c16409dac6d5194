"""Rows that are brought together: the parts of an album, and lines that have waited for one another."""

from collections.abc import Sequence
from itertools import takewhile

from bot.content import Content
from bot.ports import (
    AnyOutgoing,
    Bundle,
    DeskCallback,
    DeskErased,
    DeskForgotten,
    DeskLine,
    DeskOfferOver,
    DeskState,
    DeskTicket,
    Receipt,
    Say,
)
from bot.service.parcels import Parcel

# What Telegram's albums hold; documents and audio files are with their own kind only.
ALBUM_KINDS = {"photo": "seen", "video": "seen", "document": "document", "audio": "audio"}
ALBUM_PARTS = 10
CAPTION_LENGTH = 1000  # more does not surely stand below a file
JOINED_LENGTH = 3500  # UTF-16 code units; more does not surely fit into one message
ON_CARD_LENGTH = 800  # what surely has room below all that a flow may have collected
MESSAGE_LENGTH = 4096


def is_in_album(parcel: Parcel) -> bool:
    """Whether other parts of the same album may follow."""
    return _album(parcel) is not None


def album(first: Parcel, behind: Sequence[Parcel]) -> list[Parcel]:
    """This row and those right behind it that are shown as one album with it."""
    wanted = _album(first)
    if wanted is None:
        return [first]
    return [first, *takewhile(lambda parcel: _album(parcel) == wanted, behind)][:ALBUM_PARTS]


def lines(first: Parcel, behind: Sequence[Parcel]) -> list[Parcel]:
    """This row and those right behind it that read as well on lines of one message."""
    found = [first]
    length = _line_length(first)
    for parcel in behind if length else ():
        added = _line_length(parcel)
        if not added or not _goes_on(first, parcel) or length + added > JOINED_LENGTH:
            break
        found.append(parcel)
        length += added
    return found


def read_on_card(behind: Sequence[Parcel]) -> list[Parcel]:
    """The lines right behind a card that stand on it as well, if it is made only now."""
    found: list[Parcel] = []
    length = 0
    for parcel in behind:
        added = _line_length(parcel)
        length += added
        if not added or length > ON_CARD_LENGTH:
            break
        found.append(parcel)
    return found


def bundled(parts: Sequence[AnyOutgoing]) -> AnyOutgoing:
    """What is sent of these: itself where there is one."""
    together = tuple(part for part in parts if isinstance(part, Say | DeskLine))
    return parts[0] if len(parts) == 1 else Bundle(parts=together)


def receipts(parts: int, receipt: Receipt) -> list[Receipt]:
    """What each of so many parts became."""
    if parts == 1:
        return [receipt]
    ids = receipt.message_ids or (receipt.message_id,) * parts
    return [Receipt(message_id=message, thread=receipt.thread) for message in ids]


def messages_in(outgoing: AnyOutgoing) -> int:
    """How many new messages it makes where it goes, and none where it only changes what is there."""
    match outgoing:
        case Bundle():
            return len(outgoing.parts) if outgoing.parts[0].content.attachment is not None else 1
        case DeskState():
            return 1 if outgoing.is_told or outgoing.called is not None else 0
        case DeskForgotten() | DeskErased() | DeskOfferOver():
            return 0
        case DeskTicket(card=str()) | DeskCallback(card=str(), again=False):
            return 0
        case DeskLine(edited=True, replaces=str()):
            return 0
        case DeskLine(content=content):
            return 1 + (_length(content) - 1) // MESSAGE_LENGTH if content.attachment is None else 1
        case _:
            return 1


def _album(parcel: Parcel) -> tuple[str, str] | None:
    """The album, and what its parts have to have in common."""
    content = _content(parcel.outgoing)
    if content is None or content.album is None or content.attachment is None or _length(content) > CAPTION_LENGTH:
        return None
    kind = ALBUM_KINDS.get(content.attachment.kind)
    return (content.album, kind) if kind and content.attachment.file.startswith("telegram:") else None


def _content(outgoing: AnyOutgoing) -> Content | None:
    match outgoing:
        case Say(edited=False, replaces=None, choices=()) | DeskLine(edited=False, to=""):
            return outgoing.content
        case _:
            return None


def _line_length(parcel: Parcel) -> int:
    """How long the line is, 0 for what is none."""
    outgoing = parcel.outgoing
    if not isinstance(outgoing, DeskLine) or outgoing.edited or outgoing.to or outgoing.author is None:
        return 0
    content = outgoing.content
    is_text = content.attachment is None and content.place is None and content.contact is None
    return _length(content) + 1 if is_text and content.text.text.strip() else 0


def _goes_on(first: Parcel, parcel: Parcel) -> bool:
    ours, others = first.outgoing, parcel.outgoing
    assert isinstance(ours, DeskLine)
    return isinstance(others, DeskLine) and others.author == ours.author and others.content.reply_to is None


def _length(content: Content) -> int:
    text = content.text.text
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
