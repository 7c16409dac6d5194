"""From what Telegram sends to what a conversation hears."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from bot.channels.telegram.rendering import utf16_positions
from bot.channels.telegram.wire import (
    SERVICE_KINDS,
    UNSUPPORTED_KINDS,
    CallbackQuery,
    Entity,
    File,
    MembershipChange,
    Message,
    User,
)
from bot.content import Attachment, ContactCard, Content, Place, RichText, Span
from bot.engine.inputs import (
    AnyHeard,
    CommandHeard,
    ContactHeard,
    CustomerBlocked,
    CustomerReturned,
    EditHeard,
    MediaHeard,
    PlaceHeard,
    TapHeard,
    TextHeard,
    UnsupportedHeard,
)
from bot.ports import Inbound

COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?", re.DOTALL)
STYLES: dict[str, Literal["bold", "italic", "code", "link"]] = {
    "bold": "bold",
    "italic": "italic",
    "code": "code",
    "pre": "code",
    "text_link": "link",
}
FILE_KINDS: tuple[Literal["animation", "document", "voice", "video", "audio", "video_note", "sticker"], ...] = (
    "animation",  # before document: Telegram shows an animation as both
    "document",
    "voice",
    "video",
    "audio",
    "video_note",
    "sticker",
)


def from_message(message: Message, sender: User, update_id: int, heard: AnyHeard) -> Inbound:
    """What a customer said, with who they are."""
    return Inbound(
        channel="telegram",
        external_id=str(update_id),
        address=str(message.chat.id),
        heard=heard,
        name=sender.full_name,
        username=sender.username,
        language=sender.language,
        at=datetime.fromtimestamp(message.date, UTC) if message.date else None,
    )


def from_tap(query: CallbackQuery, token: str, update_id: int) -> Inbound:
    """A button that a customer tapped; without its message only the token tells which."""
    return Inbound(
        channel="telegram",
        external_id=str(update_id),
        address=str(query.sender.id),
        heard=TapHeard(token=token, message_id=str(query.message.message_id) if query.message else None),
        name=query.sender.full_name,
        username=query.sender.username,
        language=query.sender.language,
    )


def from_membership(change: MembershipChange, update_id: int) -> Inbound:
    """The customer blocked the bot, or has it back."""
    gone = change.new_chat_member.status in ("kicked", "left")
    return Inbound(
        channel="telegram",
        external_id=str(update_id),
        address=str(change.chat.id),
        heard=CustomerBlocked() if gone else CustomerReturned(),
        name=change.sender.full_name,
        username=change.sender.username,
        language=change.sender.language,
        at=datetime.fromtimestamp(change.date, UTC) if change.date else None,
    )


def command_of(text: str, bot_name: str) -> tuple[str, str] | None:
    """Name and argument of a command that is meant for this bot, none if the text is no such."""
    found = COMMAND.fullmatch(text) if text.startswith("/") else None
    if found is None or (found[2] is not None and found[2].lower() != bot_name.lower()):
        return None
    return found[1].lower(), (found[3] or "").strip()


def heard_in(message: Message, bot_name: str) -> AnyHeard | None:
    """What a customer's message says, none if it has nothing that could be brought over."""
    message_id = str(message.message_id)
    reply_to = str(message.reply_to_message.message_id) if message.reply_to_message is not None else None
    if message.text is not None:
        if command := command_of(message.text, bot_name):
            return CommandHeard(name=command[0], argument=command[1], message_id=message_id)
        return TextHeard(text=message.text, message_id=message_id, reply_to=reply_to)
    if attachment := attachment_of(message):
        return MediaHeard(
            attachment=attachment,
            caption=message.caption or "",
            album=message.media_group_id,
            message_id=message_id,
            reply_to=reply_to,
        )
    if message.location is not None:
        return PlaceHeard(place=_place(message), name=_place_name(message), message_id=message_id, reply_to=reply_to)
    if message.contact is not None:
        return ContactHeard(contact=_contact(message), message_id=message_id, reply_to=reply_to)
    return None


def unsupported_in(message: Message, names: frozenset[str]) -> UnsupportedHeard | None:
    """A message whose content stays with Telegram, by the names of its fields; none if nobody said anything."""
    if names & SERVICE_KINDS:
        return None
    what = next((kind for kind in UNSUPPORTED_KINDS if kind in names), "unknown")
    return UnsupportedHeard(what=what, message_id=str(message.message_id))


def edit_in(message: Message) -> EditHeard | None:
    """The new words of an earlier message; a moving live location is none."""
    if message.location is not None:
        return None
    content = content_of(message)
    return None if content is None else EditHeard(content=content, message_id=str(message.message_id))


def content_of(message: Message) -> Content | None:
    """Everything that a message shows, with its styles; none if it has nothing that could be brought over."""
    attachment = attachment_of(message)
    text = message.text if message.text is not None else message.caption
    if message.venue is not None:
        text = _place_name(message)
    if attachment is None and text is None and message.location is None and message.contact is None:
        return None
    replied = message.reply_to_message
    # In a topic, what answers nothing answers the topic's first message.
    in_reply = replied is not None and replied.message_id != message.message_thread_id
    return Content(
        text=RichText(text=text or "", spans=_spans(text or "", message.entities or message.caption_entities)),
        attachment=attachment,
        place=_place(message) if message.location is not None else None,
        contact=_contact(message) if message.contact is not None else None,
        album=message.media_group_id,
        reply_to=str(replied.message_id) if replied is not None and in_reply else None,
    )


def attachment_of(message: Message) -> Attachment | None:
    """The file of a message, a photo in its largest size."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return _attachment("photo", largest)
    for kind in FILE_KINDS:
        file: File | None = getattr(message, kind)
        if file is not None:
            return _attachment(kind, file)
    return None


def _attachment(
    kind: Literal["photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker"], file: File
) -> Attachment:
    return Attachment(
        kind=kind,
        file=f"telegram:{file.file_id}",
        name=file.file_name,
        mime=file.mime_type,
        size_bytes=file.file_size,
    )


def _place(message: Message) -> Place:
    assert message.location is not None
    return Place(latitude=message.location.latitude, longitude=message.location.longitude)


def _place_name(message: Message) -> str:
    """What stands on a venue, none on a bare point."""
    return "\n".join(filter(None, (message.venue.title, message.venue.address))) if message.venue is not None else ""


def _contact(message: Message) -> ContactCard:
    contact = message.contact
    assert contact is not None
    own = message.sender is not None and contact.user_id == message.sender.id
    name = f"{contact.first_name} {contact.last_name}".strip()
    return ContactCard(phone=contact.phone_number, name=name or None, own=own)


def _spans(text: str, entities: Sequence[Entity]) -> tuple[Span, ...]:
    """The styles that we know too, counted in code points."""
    styled = [entity for entity in entities if entity.type in STYLES]
    if not styled:
        return ()
    at = {units: index for index, units in enumerate(utf16_positions(text))}
    return tuple(
        Span(
            start=at[entity.offset],
            end=at[entity.offset + entity.length],
            style=STYLES[entity.type],
            url=entity.url,
        )
        for entity in styled
        if entity.offset in at and entity.offset + entity.length in at
    )
