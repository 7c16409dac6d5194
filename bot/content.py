"""What a message consists of, the same for customers, agents, the bot and every channel."""

from typing import Any, Literal

import msgspec

Json = Any  # a value that JSON can carry; slots, payloads and action results are such values


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A frozen record. Equal when its fields are equal; JSON by msgspec. No circles, so the collector need not look."""


class Span(Value, frozen=True, kw_only=True):
    """A styled stretch of a text; `start` and `end` count code points, `end` is exclusive."""

    start: int
    end: int
    style: Literal["bold", "italic", "code", "link"]
    url: str | None = None


class RichText(Value, frozen=True, kw_only=True):
    """Plain text and the spans that style it. Never markup source: each channel renders the spans in its own way."""

    text: str = ""
    spans: tuple[Span, ...] = ()


class Attachment(Value, frozen=True, kw_only=True):
    """A file that somebody sent.

    `file` names where its bytes are: `telegram:<file_id>`, `upload:<key>` (a file of ours), or an http(s) address that
    a flow's author wrote.
    """

    kind: Literal["photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker"]
    file: str
    name: str | None = None
    mime: str | None = None
    size_bytes: int | None = None


class Place(Value, frozen=True, kw_only=True):
    """A point on the earth, in degrees (WGS 84)."""

    latitude: float
    longitude: float


class ContactCard(Value, frozen=True, kw_only=True):
    """A telephone number that somebody shared; `own` when the channel vouches that it is the sender's own."""

    phone: str
    name: str | None = None
    own: bool = False


class Content(Value, frozen=True, kw_only=True):
    """One message, whoever wrote it. `album` groups the parts of a media group."""

    text: RichText = RichText()
    attachment: Attachment | None = None
    place: Place | None = None
    contact: ContactCard | None = None
    album: str | None = None
    reply_to: str | None = None


class Choice(Value, frozen=True, kw_only=True):
    """One button. `token` is what comes back when it is tapped: `frame.wait.index`, at most 64 bytes, never a label.

    The button of a survey and one `aside`, which is about another matter than the question, stay when that is answered.
    """

    label: str
    token: str
    key: str | None = None  # what a customer types or presses instead of tapping
    role: Literal["option", "page", "back", "survey", "aside"] = "option"
    say_as: str | None = None
