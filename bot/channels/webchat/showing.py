"""What of the log a customer's page shows, and in which form. What is not named here stays inside the house."""

import re
from collections.abc import Iterable, Iterator, MutableMapping
from itertools import pairwise
from typing import Literal
from urllib.parse import unquote

import msgspec

from bot.channels.direction import directed
from bot.content import Attachment, ContactCard, Place, RichText, Span, Value
from bot.events import (
    ActionFailed,
    ActionFinished,
    ActionRequested,
    AgentEdited,
    AgentSaid,
    AnyEvent,
    BotSaid,
    ChoiceMade,
    ConversationClosed,
    ConversationOpened,
    CustomerEdited,
    CustomerSaid,
    HandoffAbandoned,
    HandoffClosed,
    HandoffQueued,
    HandoffRefused,
    HandoffReleased,
    HandoffTaken,
    HandoffTransferred,
    LanguageChanged,
)
from bot.service.transcripts import Line

SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s\x00-\x1f]+", re.IGNORECASE)
BARE_LINK = re.compile(r"https?://[^\s<>\"'«»]+[^\s<>\"'«».,;:!?)\]}،؛؟…]", re.IGNORECASE)
UPLOAD = "upload:"


class Run(Value, frozen=True, kw_only=True):
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str | None = None


class File(Value, frozen=True, kw_only=True):
    """A file as the page shows it; without `url` it is only named. The address is relative to the page's."""

    kind: str
    url: str | None = None
    name: str | None = None
    size_bytes: int | None = None


class Button(Value, frozen=True, kw_only=True):
    label: str
    token: str
    role: str = "option"


class Shown(Value, frozen=True, kw_only=True, tag_field="kind"):
    """Something to be seen on the page."""


class Opened(Shown, frozen=True, kw_only=True, tag="opened"):
    language: str


class Speaks(Shown, frozen=True, kw_only=True, tag="speaks"):
    language: str


class Ended(Shown, frozen=True, kw_only=True, tag="ended"):
    pass


class Message(Shown, frozen=True, kw_only=True, tag="message"):
    """Somebody said something. `id` is the sender's own name of it: the page's for what was sent from it.

    With `edited` it replaces the message of that id. `tapped` is the label of a button. `asks`: a `question` that is
    over when the customer answers, a `survey` whose answer may change, or `links` that stay.
    """

    by: Literal["customer", "bot", "agent"]
    runs: tuple[Run, ...] = ()
    file: File | None = None
    place: Place | None = None
    contact: ContactCard | None = None
    id: str | None = None
    edited: bool = False
    tapped: str | None = None
    buttons: tuple[Button, ...] = ()
    columns: int = 1
    asks: Literal["question", "survey", "links"] | None = None
    expects: str | None = None


class Chosen(Shown, frozen=True, kw_only=True, tag="chosen"):
    """The question was answered with the choice of this label, tapped or typed."""

    label: str


class Desk(Shown, frozen=True, kw_only=True, tag="desk"):
    """Who has the conversation now: the bot, the queue, or the agent of this name."""

    state: Literal["bot", "queue", "agent"]
    agent: str | None = None


class Works(Shown, frozen=True, kw_only=True, tag="works"):
    """Something is being looked up, or no longer."""

    call: str
    busy: bool


AnyShown = Opened | Speaks | Ended | Message | Chosen | Desk | Works


class Item(Value, frozen=True, kw_only=True):
    """What is shown of one event, which `conversation` and `number` name; `at` is in milliseconds since 1970."""

    conversation: str
    number: int
    at: int
    shown: AnyShown


def items_of(lines: Iterable[Line], spoken: MutableMapping[str, str]) -> Iterator[Item]:
    """What the page shows of these lines. `spoken` holds the language of each conversation, as far as it was told."""
    for line in lines:
        if isinstance(line.event, ConversationOpened | LanguageChanged):
            spoken[line.conversation] = line.event.language
        if (shown := shown_of(line.event, spoken.get(line.conversation))) is not None:
            at = int(line.at.timestamp() * 1000)
            yield Item(conversation=line.conversation, number=line.number, at=at, shown=shown)


def shown_of(event: AnyEvent, language: str | None = None) -> AnyShown | None:
    """What the page shows of one event, none for what is the house's own affair; `language` is the conversation's."""
    match event:
        case ConversationOpened():
            return Opened(language=event.language)
        case LanguageChanged():
            return Speaks(language=event.language)
        case ConversationClosed():
            return Ended()
        case CustomerSaid(message_id=None, tapped=None):
            return None  # the page's own word: it opened the conversation
        case BotSaid() | AgentSaid() | AgentEdited() | CustomerSaid() | CustomerEdited():
            return _message(event, language)
        case ChoiceMade():
            return Chosen(label=event.label)
        case ActionRequested():
            return Works(call=event.call_id, busy=True)
        case ActionFinished() | ActionFailed():
            return Works(call=event.call_id, busy=False)
    return _desk(event)


def _desk(event: AnyEvent) -> Desk | None:
    match event:
        case HandoffTaken():
            return Desk(state="agent", agent=event.agent_name)
        case HandoffQueued() | HandoffReleased() | HandoffTransferred():
            return Desk(state="queue")
        case HandoffClosed() | HandoffAbandoned() | HandoffRefused():
            return Desk(state="bot")
    return None


def _message(event: BotSaid | AgentSaid | AgentEdited | CustomerSaid | CustomerEdited, language: str | None) -> Message:
    match event:
        case BotSaid():
            made = Message(
                by="bot",
                buttons=tuple(Button(label=one.label, token=one.token, role=one.role) for one in event.choices),
                columns=event.columns,
                asks=_asks(event),
                expects=event.expects,
            )
        case AgentSaid() | AgentEdited():
            made = Message(by="agent", id=event.message_id, edited=isinstance(event, AgentEdited))
        case CustomerSaid():
            made = Message(by="customer", id=event.message_id, tapped=event.tapped)
        case CustomerEdited():
            made = Message(by="customer", id=event.message_id, edited=True)
    content = event.content
    text = content.text if made.by == "customer" else directed(content.text, language)
    return msgspec.structs.replace(
        made,
        runs=tuple(runs_of(text)),
        file=None if content.attachment is None else file_of(content.attachment),
        place=content.place,
        contact=content.contact,
    )


def _asks(said: BotSaid) -> Literal["question", "survey", "links"] | None:
    if any(choice.role == "survey" for choice in said.choices):
        return "survey"
    if any(choice.role == "aside" for choice in said.choices):
        return "links"
    if said.menu or said.expects or any(choice.role != "option" for choice in said.choices):
        return "question"
    return "links" if said.choices else None


def file_of(attachment: Attachment) -> File:
    """The file with the address at which this page may fetch it."""
    file, name = attachment.file, attachment.name
    url: str | None = None
    if file.startswith(UPLOAD):
        url = f"chat/files/{file.removeprefix(UPLOAD)}"
    elif file.lower().startswith(("https://", "http://")):
        url, name = file, name or _name_in(file)
    return File(kind=attachment.kind, url=url, name=name, size_bytes=attachment.size_bytes)


def _name_in(address: str) -> str | None:
    """What the file is called there, if it is called anything."""
    path = re.split("[?#]", address.partition("://")[2])[0]
    last = path.rpartition("/")[2] if "/" in path else ""
    return unquote(last) if "." in last.strip(".") else None


# Text


def runs_of(text: RichText) -> Iterator[Run]:
    """The text cut where its style changes; addresses of the web become links, and no other thing does."""
    spans = [*text.spans, *_bare_links(text)]
    edges = {edge for span in spans for edge in (span.start, span.end) if edge < len(text.text)}
    beginning: dict[int, list[Span]] = {}
    for span in spans:
        beginning.setdefault(span.start, []).append(span)
    inside: list[Span] = []
    for start, end in pairwise(sorted(edges | {0, len(text.text)})):
        inside = [span for span in (*inside, *beginning.get(start, ())) if end <= span.end]
        styles = {span.style for span in inside}
        yield Run(
            text=text.text[start:end],
            bold="bold" in styles,
            italic="italic" in styles,
            code="code" in styles,
            url=next((span.url for span in inside if span.url and SAFE_LINK.fullmatch(span.url)), None),
        )


def _bare_links(text: RichText) -> Iterator[Span]:
    linked = [span for span in text.spans if span.style in ("link", "code")]
    for found in BARE_LINK.finditer(text.text):
        if not any(span.start < found.end() and found.start() < span.end for span in linked):
            yield Span(start=found.start(), end=found.end(), style="link", url=found[0])
