"""A customer in a terminal: what is said is printed, choices have numbers, what is typed is heard."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from itertools import count

import msgspec

from bot.content import Choice, Content
from bot.engine.inputs import AnyHeard, TapHeard
from bot.engine.normal import normalise
from bot.events import (
    ActionFailed,
    ActionFinished,
    ActionRequested,
    AnyEvent,
    BotSaid,
    ConversationClosed,
    ConversationOpened,
    LanguageChanged,
)
from bot.ports import Inbound
from bot.rehearsal import performing
from bot.reports.rendering import isolated
from bot.service.desk.spoken import in_words
from bot.service.house import House
from bot.service.transcripts import Cursor, Passage
from storage.identifiers import new_id

ADDRESS = "you"
WAIT_SECONDS = 60.0

# How a voice would read a choice out.
PRESS = {
    "en": "For {label}, press {key}.",
    "fa": "برای {label}، {key} را فشار دهید.",
    "ar": "{label}: اضغط {key}.",
    "he": "{label}: הקישו {key}.",
}


class Terminal:
    """One customer of a house, on one channel. `prompt` stands where something may be typed."""

    def __init__(
        self, house: House, channel: str, language: str | None, write: Callable[[str], None], prompt: str = ""
    ) -> None:
        self._house = house
        self._channel = channel
        self._language = language
        self._write = write
        self._prompt = prompt
        self._cursor: Cursor = {}
        self._speaks = language or "en"
        self._shown: dict[str, Choice] = {}  # the choices that were shown last, by what is typed for them
        self._running: set[str] = set()  # actions whose outcome is still to come

    @property
    def key(self) -> tuple[str, str]:
        """The channel and the address of this customer."""
        return self._channel, ADDRESS

    async def say(self, typed: str) -> None:
        """Have the house hear what was typed, and print what it says to it."""
        await self.hear(self._heard(typed))

    async def next(self, lines: AsyncIterator[str]) -> str | None:
        """The next line, none at the end. What is said meanwhile is printed."""
        self._write(self._prompt)
        line = asyncio.ensure_future(anext(lines, None))
        while not line.done():
            news = asyncio.create_task(self._read(WAIT_SECONDS))
            await asyncio.wait({line, news}, return_when=asyncio.FIRST_COMPLETED)
            if not news.done():
                news.cancel()
            elif (passage := news.result()).lines:
                self._write("\n" if self._prompt else "")
                self._show(passage)
                self._write(self._prompt)
        return line.result()

    def _heard(self, typed: str) -> AnyHeard:
        """What the house hears. Only what is no question's own is tapped: the engine knows numbers itself."""
        choice = self._shown.get(normalise(typed))
        if choice is not None and (choice.role == "survey" or choice.key is None):
            return TapHeard(token=choice.token)
        return msgspec.structs.replace(performing.typed(typed), message_id=new_id())

    async def hear(self, heard: AnyHeard) -> None:
        """Have the house hear this, and print what it says to it."""
        inbound = Inbound(
            channel=self._channel, external_id=new_id(), address=ADDRESS, heard=heard, language=self._language
        )
        await self._house.turns.take(inbound)
        await self.show_news()

    async def show_news(self) -> None:
        """Print what was said since, and what running actions still lead to."""
        self._show(await self._read())
        while self._running:
            self._show(await self._read(WAIT_SECONDS))

    async def _read(self, wait_seconds: float = 0.0) -> Passage:
        return await self._house.transcripts.read_since(self._channel, ADDRESS, self._cursor, wait_seconds=wait_seconds)

    def _show(self, passage: Passage) -> None:
        self._cursor = passage.cursor
        for line in passage.lines:
            self._show_event(line.event)

    def _show_event(self, event: AnyEvent) -> None:
        match event:
            case BotSaid():
                self._show_said(event)
            case ConversationOpened() | LanguageChanged():
                self._speaks = event.language
            case ConversationClosed():
                self._running.clear()
                self._write("(The conversation has ended; write to begin another one.)\n")
            case ActionRequested():
                self._running.add(event.call_id)
            case ActionFinished() | ActionFailed():
                self._running.discard(event.call_id)

    def _show_said(self, said: BotSaid) -> None:
        for line in _with_links(said.content, self._speaks).splitlines():
            self._write(f"{isolated(line)}\n")
        if not said.choices:
            return
        self._shown = _numbered(said.choices)
        for line in self._choices(self._shown):
            self._write(f"{line}\n")

    def _choices(self, shown: dict[str, Choice]) -> Iterable[str]:
        if self._channel != "voice":
            return (f"  {key}) {isolated(choice.label)}" for key, choice in shown.items())
        press = PRESS.get(self._speaks, PRESS["en"])
        return (isolated(press.format(label=choice.say_as or choice.label, key=key)) for key, choice in shown.items())


def _numbered(choices: Sequence[Choice]) -> dict[str, Choice]:
    """The choices by the key that chooses them; those without one get a number that is free, near their place."""
    taken = {choice.key for choice in choices}
    numbered = {}
    for place, choice in enumerate(choices, 1):
        key = choice.key or next(str(number) for number in count(place) if str(number) not in taken)
        taken.add(key)
        numbered[key] = choice
    return numbered


def _with_links(content: Content, language: str) -> str:
    """The message in words, each link's address after its text."""
    text, words = content.text, in_words(content, language)
    pieces = list(_pieces(text.text, [(span.end, span.url) for span in text.spans if span.url]))
    return "".join(pieces) + words.removeprefix(text.text)


def _pieces(text: str, links: list[tuple[int, str]]) -> Iterator[str]:
    start = 0
    for end, url in sorted(links):
        yield f"{text[start:end]} ({url})"
        start = end
    yield text[start:]
