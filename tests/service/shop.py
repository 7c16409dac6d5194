"""A small house for tests: real flows, a real database, and a channel that keeps what it was sent."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry

from bot.desk.desk_file import Desk, DeskNames, read_desk
from bot.engine.flow import FlowSet
from bot.engine.inputs import AnyHeard, CommandHeard, TapHeard, TextHeard
from bot.engine.program import compile_program
from bot.engine.reader import read_flows
from bot.events import AnyEvent, from_json
from bot.ports import AnyOutgoing, HideChoices, Inbound, Receipt, Say, Taken
from bot.service.holder import Holder
from bot.service.house import House
from bot.service.limits import Limits
from bot.service.publishing import revision_of
from bot.settings import Database as DatabaseSettings
from bot.settings import Secret, Settings
from storage import event_log, revisions
from storage.database import Connection
from storage.identifiers import new_id

FLOWS = """
settings: {languages: [en, fa], queue: support, survey_after: {handoff: csat}}
slots:
  name: {type: text}
flows:
  main:
    start: true
    description: what the shop does
    steps:
      - id: top
        menu: {en: How can we help?, fa: چه کمکی لازم دارید؟}
        options:
          - label: {en: Tell us your name, fa: نام شما}
            value: name
            then: [{call: naming, next: top}]
          - label: {en: More, fa: بیشتر}
            value: more
            then: more
          - label: {en: Talk to a person, fa: گفتگو با کارشناس}
            value: person
            then: person
      - id: more
        menu: {en: What else?, fa: دیگر چه؟}
        options:
          - {label: {en: Back to the top, fa: بازگشت}, value: top, then: top}
        next: END
      - id: person
        handoff: support
        next: END
  naming:
    description: asks for a name
    if: False
    steps:
      - {collect: name, ask: {en: Your name?, fa: نام شما؟}}
      - say: {en: "Hello {name}.", fa: "سلام {name}."}
surveys:
  csat: {kind: csat, ask: {en: How did we do?, fa: چطور بود؟}, scale: 1-5, thanks: {en: Thank you!, fa: سپاس!}}
"""

ECHO = """
slots:
  word: {type: text}
flows:
  main:
    start: true
    description: says every word again
    steps:
      - {id: ask, collect: word, ask: Say a word.}
      - say: "You said {word}."
      - set_slots: [{word: null}]
        next: ask
"""

DESK = """
queues:
  support:
    default: true
    calendar: always
    max_wait: 30m
    max_waiting: 3
    dispositions: [solved, spam]
  night: {calendar: never}
calendars:
  always: {}
  never: {weekly: {}}
"""


def flow_set(source: str = FLOWS) -> FlowSet:
    """The flows of a YAML text, which must be without error."""
    reading = read_flows({"flows.yaml": source})
    assert reading.flow_set is not None, reading.problems
    return reading.flow_set


def desk(source: str = DESK) -> Desk:
    """The desk of a YAML text, which must be without error."""
    reading = read_desk("desk.yaml", source)
    assert reading.desk is not None, reading.problems
    return reading.desk


class TestClock:
    """The machine's clock, and as much later as the test wants."""

    __test__ = False

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def pass_by(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


class KeepingChannel:
    """A channel that keeps what it was sent, address by address, and does as it is told before it does.

    `before` is called with each message and may raise what a channel may raise, or wait.
    """

    def __init__(self, groups: tuple[str, ...] = ()) -> None:
        self.sent: list[tuple[str, AnyOutgoing, str | None]] = []
        self.hidden: list[str | None] = []  # messages that lost their buttons
        self.before: Callable[[str, AnyOutgoing], object] | None = None
        self._groups = groups
        self._changed = asyncio.Condition()
        self._threads = 0

    def groups(self) -> tuple[str, ...]:
        return self._groups

    async def send(self, address: str, outgoing: AnyOutgoing, thread: str | None) -> Receipt:
        if self.before is not None:
            waits = self.before(address, outgoing)
            if asyncio.iscoroutine(waits):
                await waits
        async with self._changed:
            if isinstance(outgoing, HideChoices):
                self.hidden.append(outgoing.message_id)
                self._changed.notify_all()
                return Receipt()
            self.sent.append((address, outgoing, thread))
            self._changed.notify_all()
        made = None
        if address.startswith("desk:") and thread is None:
            self._threads += 1
            made = f"{self._groups[0]}:{self._threads}"
        return Receipt(message_id=f"m{len(self.sent)}", thread=made)

    async def wait_for(self, count: int) -> None:
        """Until it was sent so many messages."""
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(lambda: len(self.sent) >= count)

    async def says_last(self, address: str, words: str) -> None:
        """Until the last words there end like this."""
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(lambda: any(text.endswith(words) for text in self.texts(address)[-1:]))

    async def hide(self, count: int) -> None:
        """Until so many messages have lost their buttons."""
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(lambda: len(self.hidden) >= count)

    def to(self, address: str) -> list[AnyOutgoing]:
        return [outgoing for where, outgoing, _ in self.sent if where == address]

    def texts(self, address: str) -> list[str]:
        return [outgoing.content.text.text for outgoing in self.to(address) if isinstance(outgoing, Say)]


class Shop(House):
    """One process of the house, with channels that keep what they are sent."""

    def __init__(
        self,
        url: str,
        *,
        clock: TestClock | None = None,
        process: str = "one",
        limits: dict[str, Limits] | None = None,
        pulled: frozenset[str] = frozenset(),
        desk_source: str = DESK,
        sides: tuple[KeepingChannel, KeepingChannel] | None = None,
    ) -> None:
        self.registry = CollectorRegistry()
        self.test_clock = clock or TestClock()
        settings = Settings(database=DatabaseSettings(url=Secret(url)))
        super().__init__(
            settings, desk=desk(desk_source), names=DeskNames(), clock=self.test_clock, registry=self.registry
        )
        self.installation.holder = Holder(process)
        self.installation.limits = limits or {}
        self.installation.pulled = pulled
        self.customers, self.desk_side = sides or (KeepingChannel(), KeepingChannel(groups=("-100",)))
        self.join("telegram", self.customers)
        self.join_desk(self.desk_side)

    async def add_agent(self, name: str, *queues: str) -> str:
        return (await self.agents.add(name, telegram_id=None, queues=queues or ("support",))).id

    def run(self) -> None:
        """Take over what others left, as the house does all the time."""
        self._tasks.append(asyncio.create_task(self.delivery.run()))

    async def abandon(self) -> None:
        """Stop as a killed process does: nothing is finished, nothing is given back."""
        for task in (*self._tasks, *self.delivery._tasks):
            task.cancel()
        await self.database.close()

    async def publish(self, source: str = FLOWS) -> str:
        revision, body = revision_of(flow_set(source))
        now = self.clock.now()
        await self.database.run(lambda connection: revisions.publish(connection, revision, body, "test", "", now))
        self.programs.keep(compile_program(flow_set(source), revision))
        self.programs.newest = revision
        return revision

    async def hears(self, address: str, heard: AnyHeard | str, external_id: str | None = None) -> Taken:
        """A customer of Telegram says this."""
        if isinstance(heard, str):
            heard = TextHeard(text=heard, message_id=new_id())
        inbound = Inbound(
            channel="telegram",
            external_id=external_id or new_id(),
            address=address,
            heard=heard,
            name=f"Customer {address}",
            language="en",
        )
        return await self.turns.take(inbound)

    async def events(self, conversation: str) -> list[AnyEvent]:
        def read(connection: Connection) -> list[AnyEvent]:
            return [from_json(entry.body) for entry in event_log.read_conversation(connection, conversation)]

        return await self.database.read(read)

    async def kinds(self, conversation: str) -> list[str]:
        return [type(event).__name__ for event in await self.events(conversation)]


START = CommandHeard(name="start")


def tap(said: AnyOutgoing, label: str, message_id: str) -> TapHeard:
    """A tap on the button of this label."""
    assert isinstance(said, Say)
    token = next(choice.token for choice in said.choices if choice.label == label)
    return TapHeard(token=token, message_id=message_id)
