"""What the page and the server say to each other over the line: one JSON object a message, named by its `kind`."""

import re
from collections.abc import Mapping
from typing import Annotated

import msgspec

from bot.channels.webchat.showing import Item
from bot.content import Place, Value
from bot.engine.inputs import AnyHeard, CommandHeard, PlaceHeard, TapHeard, TextHeard

MAX_TEXT = 4000
MAX_MESSAGE_BYTES = 64 * 1024
CONVERSATIONS_FOLLOWED = 10
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
COMMAND = re.compile(r"/(?P<name>[a-z_]{1,32})(?:\s+(?P<argument>.*))?", re.DOTALL)

ID = r"^[A-Za-z0-9_-]{8,64}\Z"

Id = Annotated[str, msgspec.Meta(pattern=ID)]
Cursor = Annotated[
    dict[Annotated[str, msgspec.Meta(max_length=32)], Annotated[int, msgspec.Meta(ge=0, le=2**31)]],
    msgspec.Meta(max_length=CONVERSATIONS_FOLLOWED),
]
Word = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f]{0,64}\Z")]


class FromPage(Value, frozen=True, kw_only=True, tag_field="kind"):
    """Something the page says."""


class Hello(FromPage, frozen=True, kw_only=True, tag="hello"):
    """The first message. `cursor` is where an earlier line ended; an empty one asks for the newest messages."""

    visitor: str | None = None
    language: Annotated[str, msgspec.Meta(max_length=35)] = ""
    cursor: Cursor = msgspec.field(default_factory=dict)


class Ping(FromPage, frozen=True, kw_only=True, tag="ping"):
    """Is anybody there?"""


class Input(FromPage, frozen=True, kw_only=True):
    """What the visitor did. `id` is the page's own: the same input sent again counts once."""

    id: Id


class Start(Input, frozen=True, kw_only=True, tag="start"):
    """The page was opened for the first time, by a link that names a flow, or to begin again."""

    flow: Word = ""


class Write(Input, frozen=True, kw_only=True, tag="write"):
    text: str


class Tap(Input, frozen=True, kw_only=True, tag="tap"):
    token: Word


class Locate(Input, frozen=True, kw_only=True, tag="locate"):
    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]


AnyInput = Start | Write | Tap | Locate
AnyFromPage = Hello | Ping | Start | Write | Tap | Locate

_decoder: msgspec.json.Decoder[AnyFromPage] = msgspec.json.Decoder(AnyFromPage)


class ToPage(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """Something the server says."""


class Welcome(ToPage, frozen=True, kw_only=True, tag="welcome"):
    """The answer to Hello: the visitor's secret, new or as it was, and what there is to see."""

    visitor: str
    items: tuple[Item, ...]
    cursor: dict[str, int]


class News(ToPage, frozen=True, kw_only=True, tag="news"):
    items: tuple[Item, ...]
    cursor: dict[str, int]


class Pong(ToPage, frozen=True, kw_only=True, tag="pong"):
    pass


class Taken(ToPage, frozen=True, kw_only=True, tag="taken"):
    """The input is stored, and what came of it was shown before this."""

    id: str


class Refused(ToPage, frozen=True, kw_only=True, tag="refused"):
    """The input was not taken: it is `too_long`, or it came too fast and may come again after that many seconds."""

    id: str
    reason: str
    after_seconds: float = 0.0


def is_id(text: str) -> bool:
    """Whether a page may call its input this."""
    return re.match(ID, text) is not None


def language_in(hello: Hello) -> str | None:
    """What the visitor's browser speaks, where it says so in the usual form."""
    return hello.language if LANGUAGE.fullmatch(hello.language) else None


def newest(cursor: Mapping[str, int]) -> dict[str, int]:
    """As much of a cursor as the page has to bring back: ids of conversations are in order of time."""
    return dict(sorted(cursor.items())[-CONVERSATIONS_FOLLOWED:])


def read_message(text: str) -> AnyFromPage:
    """What the page said. Raises msgspec.DecodeError on anything else."""
    try:
        return _decoder.decode(text)
    except RecursionError:
        raise msgspec.DecodeError("nested too deep") from None


def heard_in(message: AnyInput) -> AnyHeard:
    """What the conversation hears. A typed `/word` is a command, as in other messengers."""
    match message:
        case Start():
            return CommandHeard(name="start", argument=message.flow)
        case Tap():
            return TapHeard(token=message.token)
        case Locate():
            place = Place(latitude=message.latitude, longitude=message.longitude)
            return PlaceHeard(place=place, message_id=message.id)
        case Write():
            text = message.text.replace("\x00", "")  # no database keeps it
            command = COMMAND.fullmatch(text.strip())
            if command is None:
                return TextHeard(text=text, message_id=message.id)
            return CommandHeard(name=command["name"], argument=command["argument"] or "", message_id=message.id)
