"""What happened in a conversation, as a test that plays it again."""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, tzinfo

from bot.content import Json
from bot.engine.conversation import Customer
from bot.engine.following_up import ENTRY as FOLLOW_UP
from bot.engine.handing_over import BY_CUSTOMER
from bot.events import (
    ActionFailed,
    ActionFinished,
    ActionRequested,
    AgentSaid,
    AnyEvent,
    BotSaid,
    CallbackRequested,
    ConversationClosed,
    ConversationOpened,
    CustomerSaid,
    CustomersJoined,
    FlowEnded,
    FlowStarted,
    FollowUpBooked,
    HandoffClosed,
    HandoffQueued,
    HandoffRefused,
    HandoffReleased,
    HandoffRequested,
    HandoffTaken,
    HandoffTransferred,
    InputIgnored,
    InputRejected,
    LanguageChanged,
    RevisionChanged,
    SlotsSet,
    StepReached,
    SurveySent,
    TicketOpened,
)
from bot.rehearsal.made_up import Secrets
from bot.rehearsal.phrases import PhraseBook
from bot.rehearsal.writing import Script, Step

NOBODYS = "none"  # the language of who has not chosen one: only newcomers are asked as they come in
SLOW_SECONDS = 2.0  # from then on the customer is told that it takes a while
UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
OF_SOMEBODY = (
    ActionFailed,
    ActionFinished,
    AgentSaid,
    ConversationClosed,
    ConversationOpened,
    CustomerSaid,
    HandoffClosed,
    HandoffQueued,
    HandoffRefused,
    HandoffReleased,
    HandoffTaken,
    HandoffTransferred,
    RevisionChanged,
)
"""What begins a turn of somebody whom a rehearsal has, too."""
INPUTS = (ActionFailed, ActionFinished, AgentSaid, CustomerSaid, HandoffTaken)
OF_THE_CLOCK = (
    ActionRequested,
    BotSaid,
    CallbackRequested,
    FlowEnded,
    FlowStarted,
    FollowUpBooked,
    HandoffRequested,
    InputRejected,
    SlotsSet,
    StepReached,
    SurveySent,
    TicketOpened,
)
"""What begins a turn in which nobody but time did anything. All else is of others: departments, supervisors, a button
that is old, whoever was before the customer in the queue.
"""
OF_OTHERS = frozenset(
    {
        "utter_switchboard_queue_position",
        "utter_switchboard_queue_further_back",
        "utter_switchboard_queue_wait",
        "utter_switchboard_queue_longer",
        "utter_switchboard_queue_longer_unknown",
        "utter_switchboard_flows_changed",
        "utter_switchboard_stale_tap",
    }
)
"""What the customer hears of others."""


def script_of(
    happened: Iterable[tuple[datetime, AnyEvent]],
    book: PhraseBook,
    zone: tzinfo | None = None,
    customer: Customer | None = None,
) -> Script:
    """The logged events of one conversation, each with its time, as a test that expects the same to happen.

    `book` is of the flows that it was held with, `zone` the one in which the beginning is written, `customer` what was
    known of them in the end. Answers that were secret, which the log does not have, are made up. What the bot said of
    others, an agent's name or who is before the customer in the queue, is not expected: a rehearsal has one agent, and
    nobody else waits.
    """
    recorder = _Recorder(book, customer)
    for at, event in happened:
        recorder.take(at, event)
    return recorder.script(zone)


class _Recorder:
    def __init__(self, book: PhraseBook, customer: Customer | None) -> None:
        self._book = book
        self._secrets = Secrets(book.program.flow_set)
        self._known = customer
        self._numbers: set[str] = set()  # that the customer sent or typed
        self._agents: set[str] = set()
        self._tickets: list[int] = []
        self._customer: dict[str, Json] = {}
        self._steps: list[Step] = []
        self._stubs: dict[str, list[dict[str, Json]]] = {}
        self._desk: dict[str, str] = {}
        self._opened: tuple[datetime, ConversationOpened] | None = None
        self._last: datetime | None = None
        self._running: ActionRequested | None = None
        self._came_back: ActionRequested | None = None
        self._first: AnyEvent | None = None  # of the turn
        self._aside: Step | None = None  # what the customer said while an action ran
        self._was_queued = False
        self._begins = False  # the flow that every conversation begins with began in this turn
        self._has_chosen = False

    def script(self, zone: tzinfo | None) -> Script:
        at, opened = self._opened or (None, None)
        return Script(
            steps=tuple(self._steps),
            channel=opened.channel if opened else None,
            language=opened.language if opened else None,
            at=at.astimezone(zone).isoformat(timespec="seconds") if at else None,
            desk=self._desk_state(),
            customer=self._caller(at) | self._customer,
            stubs={name: answers[0] if len(answers) == 1 else answers for name, answers in self._stubs.items()},
        )

    def _caller(self, opened_at: datetime | None) -> dict[str, Json]:
        """What was known of them as they came."""
        if self._known is None or opened_at is None:
            return {}
        name, phone = self._known.name, self._known.phone
        known: dict[str, Json] = {"name": name} if name else {}
        known |= {"phone": phone} if phone is not None and _digits(phone) not in self._numbers else {}
        surveyed: list[Json] = [survey for survey, at in self._known.surveyed.items() if at < opened_at]
        return known | ({"surveyed": surveyed} if surveyed else {})

    def _desk_state(self) -> Json:
        """By queue, or one word for all where nobody was ever taken in: other queues had not helped out either."""
        reasons = set(self._desk.values())
        return reasons.pop() if len(reasons) == 1 and not self._was_queued else self._desk or None

    def take(self, at: datetime, event: AnyEvent) -> None:
        if isinstance(event, CustomersJoined):
            return  # it may come amid anybody's turn
        self._enter(at, event)
        if not isinstance(self._first, (*OF_SOMEBODY, *OF_THE_CLOCK)):
            return
        if self._came_back is not None and self._gave(self._came_back, event):
            return
        if self._aside is not None and not self._takes_up(self._aside, event):
            return
        self._note(at, event)
        self._secrets.take(event, self._steps)

    def _note(self, at: datetime, event: AnyEvent) -> None:
        match event:
            case ConversationOpened():
                self._opened = self._opened or (at, event)
            case CustomerSaid() if self._running is not None:
                self._aside = self._said(event)
            case CustomerSaid():
                self._steps.append(self._said(event))
            case ActionRequested():
                self._running = event
            case ActionFinished(action=action, seconds=seconds):
                slow: dict[str, Json] = {"takes": _duration(seconds)} if seconds >= SLOW_SECONDS else {}
                self._stubs.setdefault(action, []).append({**slow, "events": [], "responses": []})
                self._came_back, self._running = self._running, None
            case ActionFailed(action=action, code=code):
                self._stubs.setdefault(action, []).append({"fails": code})
                self._running = None
            case _:
                self._note_outcome(event)

    def _enter(self, at: datetime, event: AnyEvent) -> None:
        """Notice whose turn it is: what comes at one moment may be several turns."""
        if at != self._last:
            self._came_back, self._first, self._begins, self._aside = None, event, False, None
            if self._last is not None and self._is_of_the_clock(event):
                self._steps.append({"wait": _duration((at - self._last).total_seconds())})
        elif isinstance(event, INPUTS) and not isinstance(self._first, ConversationOpened):
            self._first, self._begins, self._aside = event, False, None
        self._last = at
        self._begins = self._begins or (isinstance(event, FlowStarted) and event.by == "start")
        self._was_queued = self._was_queued or isinstance(event, HandoffQueued)

    def _is_of_the_clock(self, event: AnyEvent) -> bool:
        """Whether nobody but time made this happen. While an action runs its own stub tells how long it takes."""
        if isinstance(event, ConversationClosed):
            return event.reason == "expired"
        if isinstance(event, HandoffRefused):
            return event.reason == "max_wait"
        if isinstance(event, ConversationOpened):
            return event.entry == FOLLOW_UP
        return isinstance(event, OF_THE_CLOCK) and self._running is None

    def _takes_up(self, aside: Step, event: AnyEvent) -> bool:
        """Whether what was said while an action runs did anything: else it was told to wait, and a stub is at once."""
        if isinstance(event, BotSaid):
            return False
        self._steps.append(aside)
        self._aside = self._running = None
        return True

    def _gave(self, request: ActionRequested, event: AnyEvent) -> bool:
        """Whether this is what the action that came back said or set: then its stub does."""
        answer = self._stubs[request.action][-1]
        match event:
            case SlotsSet(values=values):
                answer["events"] += [{"event": "slot", "name": name, "value": value} for name, value in values.items()]
            case BotSaid(flow=request.flow, step=request.step) if not (event.menu and _validates(request)):
                answer["responses"].append(_response(event))
                self._steps += self._heard(event)
            case _:
                self._came_back = None
                return False
        return True

    def _note_outcome(self, event: AnyEvent) -> None:
        match event:
            case BotSaid():
                self._steps += self._heard(event)
            case StepReached(step_kind="language") if self._begins and not self._has_chosen:
                self._customer["language"] = NOBODYS
            case LanguageChanged():
                self._has_chosen = True
            case SurveySent(name=name):
                self._steps.append({"survey_asked": name})
            case HandoffRequested(queue=queue):
                self._steps.append({"handed_off": queue})
            case HandoffRefused(queue=queue, reason=reason) if reason in ("no_agent", "full"):
                self._desk[queue] = reason
            case CallbackRequested(queue=queue):
                self._steps.append({"callback_requested": queue})
            case TicketOpened(department=department, number=number):
                self._tickets.append(number)
                self._steps.append({"ticket_opened": department})
            case FollowUpBooked(flow=flow):
                self._steps.append({"follow_up_booked": flow})
            case _:
                self._note_end(event)

    def _note_end(self, event: AnyEvent) -> None:
        match event:
            case ConversationClosed(reason=reason) if reason not in ("blocked", "forgotten"):
                self._steps.append({"ended": reason})
            case RevisionChanged(restarted=True):
                self._steps.append({"user": "/start"})
            case InputIgnored() if isinstance(self._first, ConversationOpened):  # an old button opened it
                self._steps.append({"user": "/start"})
            case _:
                self._note_agent(event)

    def _note_agent(self, event: AnyEvent) -> None:
        match event:
            case HandoffTaken(agent_name=name):
                self._agents.add(name)
                self._steps.append({"agent": "/take"})
            case AgentSaid(content=content):
                self._steps.append({"agent": content.text.text})
            case HandoffReleased() if not isinstance(self._first, HandoffTransferred):
                self._steps.append({"agent": "/release"})
            case HandoffTransferred(queue=queue):
                self._steps.append({"agent": f"/transfer {queue}" if queue else "/release"})
            case HandoffClosed(disposition=disposition, by=by) if by != BY_CUSTOMER:
                self._steps.append({"agent": f"/close {disposition or ''}".rstrip()})

    def _heard(self, event: BotSaid) -> Iterator[Step]:
        """What the bot said, and all options of a question where they stand on one page."""
        text = event.content.text.text
        if text:
            instead = {line: self._of_others(line) for line in text.splitlines()}
            is_of_nobody = all(step is None for step in instead.values())
            yield from iter([{"bot": text}]) if is_of_nobody else _lines(instead)
        if event.menu and all(choice.role != "page" for choice in event.choices):
            yield {"menu": [choice.label for choice in event.choices if choice.role == "option"]}

    def _of_others(self, line: str) -> Step | None:
        """What is expected in place of a line that tells of others: nothing of those who wait; where an agent is named
        or a ticket is numbered, the response, whatever stands in it. None for a line that tells of nobody.
        """
        responses = self._book.alike(line)
        if responses & OF_OTHERS:
            return {}
        numbers = map(int, re.findall(r"\d+", line))
        if not any(name and name in line for name in self._agents) and set(self._tickets).isdisjoint(numbers):
            return None
        return {"utter": min(responses)} if responses else {}

    def _said(self, event: CustomerSaid) -> Step:
        """What they wrote; of a ticket the number that it has in a rehearsal."""
        contact = event.content.contact
        self._numbers.add(_digits(contact.phone if contact is not None else event.content.text.text))
        step = _said(event)
        match step:
            case {"user": str(text)} if (named := re.fullmatch(r"(/ticket )?(\d+)", text)) is not None:
                number = int(named[2])
                at = self._tickets.index(number) + 1 if number in self._tickets else number
                return {"user": f"{named[1] or ''}{at}"} if at != number else step
        return step


def _validates(request: ActionRequested) -> bool:
    """Whether the action looks at an answer: what is asked after it is not its own question."""
    return request.action.startswith("validate_")


def _response(event: BotSaid) -> dict[str, Json]:
    """As an action gives it. What its buttons did is not in the log: here they say their titles."""
    titles = [choice.label for choice in event.choices if choice.role == "option"]
    buttons: dict[str, Json] = {"buttons": [{"title": title, "payload": title} for title in titles]} if titles else {}
    return {"text": event.content.text.text, **buttons}


def _said(event: CustomerSaid) -> Step:
    if event.tapped is not None:
        return {"tap": event.tapped}
    content = event.content
    if content.contact is not None:
        return {"send": {"contact": content.contact.phone}}
    if content.place is not None:
        return {"send": {"location": f"{content.place.latitude}, {content.place.longitude}"}}
    if content.attachment is not None:
        return {"send": {content.attachment.kind: content.attachment.name or content.attachment.kind}}
    return {"user": content.text.text}


def _lines(instead: Mapping[str, Step | None]) -> Iterator[Step]:
    """Each line for itself, those of others as they are expected."""
    for line, step in instead.items():
        if step is None:
            yield {"bot_uttered": {"text_matches": line}}
        elif step:
            yield step


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(letter)) for letter in text if letter.isdecimal())


def _duration(seconds: float) -> str:
    """Whole seconds, rounded up so that what was due is due, in the largest units: `1h30m`."""
    rest, written = max(1, math.ceil(seconds)), ""
    for unit, size in UNITS:
        count, rest = divmod(rest, size)
        written += f"{count}{unit}" if count else ""
    return written
