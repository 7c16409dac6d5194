"""What happened in a conversation, as a test that plays it again."""

import math
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from bot.content import Json
from bot.engine.following_up import ENTRY as FOLLOW_UP
from bot.engine.handing_over import BY_CUSTOMER
from bot.events import (
    ActionFailed,
    ActionFinished,
    ActionRequested,
    AgentEdited,
    AgentSaid,
    AnyEvent,
    BotSaid,
    CallbackRequested,
    ConversationClosed,
    ConversationOpened,
    CustomerEdited,
    CustomerSaid,
    DeliveryFailed,
    FollowUpBooked,
    HandoffClosed,
    HandoffQueued,
    HandoffRefused,
    HandoffReleased,
    HandoffRequested,
    HandoffTaken,
    HandoffTransferred,
    InputIgnored,
    NoteWritten,
    SlotsSet,
    StepReached,
    SurveySent,
    TicketOpened,
    TurnFailed,
    WaitTold,
)
from bot.rehearsal.writing import Script, Step

NOBODYS = "none"  # the language of who has not chosen one: only newcomers are asked as they come in
SLOW_SECONDS = 2.0  # from then on the customer is told that it takes a while
UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
OF_SOMEBODY = (
    ActionFailed,
    ActionFinished,
    AgentEdited,
    AgentSaid,
    ConversationOpened,
    CustomerEdited,
    CustomerSaid,
    DeliveryFailed,
    HandoffClosed,
    HandoffQueued,
    HandoffReleased,
    HandoffTaken,
    HandoffTransferred,
    InputIgnored,
    NoteWritten,
    TurnFailed,
    WaitTold,
)
"""What begins a turn that was not the clock's."""


def script_of(happened: Iterable[tuple[datetime, AnyEvent]], zone: tzinfo | None = None, name: str = "") -> Script:
    """The logged events of one conversation, each with its time, as a test that expects the same to happen.

    `zone` is the one in which the beginning is written, `name` what the flows called the customer. Answers that were
    secret are bullets, in the log and here.
    """
    recorder = _Recorder(name)
    for at, event in happened:
        recorder.take(at, event)
    return recorder.script(zone)


class _Recorder:
    def __init__(self, name: str) -> None:
        self._customer = {"name": name} if name else {}
        self._steps: list[Step] = []
        self._stubs: dict[str, list[dict[str, Json]]] = {}
        self._desk: dict[str, str] = {}
        self._opened: tuple[datetime, ConversationOpened] | None = None
        self._last: datetime | None = None
        self._running: ActionRequested | None = None
        self._came_back: ActionRequested | None = None
        self._first: AnyEvent | None = None  # of the turn
        self._was_queued = False

    def script(self, zone: tzinfo | None) -> Script:
        at, opened = self._opened or (None, None)
        return Script(
            steps=tuple(self._steps),
            channel=opened.channel if opened else None,
            language=opened.language if opened else None,
            at=at.astimezone(zone).isoformat(timespec="seconds") if at else None,
            desk=self._desk_state(),
            customer=self._customer,
            stubs={name: answers[0] if len(answers) == 1 else answers for name, answers in self._stubs.items()},
        )

    def _desk_state(self) -> Json:
        """By queue, or one word for all where nobody was ever taken in: other queues had not helped out either."""
        reasons = set(self._desk.values())
        return reasons.pop() if len(reasons) == 1 and not self._was_queued else self._desk or None

    def take(self, at: datetime, event: AnyEvent) -> None:
        if at != self._last:
            self._came_back, self._first = None, event
            if self._last is not None and self._is_of_the_clock(event):
                self._steps.append({"wait": _duration((at - self._last).total_seconds())})
        self._last = at
        self._was_queued = self._was_queued or isinstance(event, HandoffQueued)
        if isinstance(self._first, WaitTold):
            return  # somebody before them left the queue: a rehearsal has no others
        if self._came_back is not None and self._gave(self._came_back, event):
            return
        match event:
            case ConversationOpened():
                self._opened = self._opened or (at, event)
            case CustomerSaid():
                self._steps.append(_said(event))
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

    def _is_of_the_clock(self, event: AnyEvent) -> bool:
        """Whether nobody but time made this happen. While an action runs its own stub tells how long it takes."""
        if isinstance(event, ConversationClosed):
            return event.reason == "expired"
        if isinstance(event, HandoffRefused):
            return event.reason == "max_wait"
        if isinstance(event, ConversationOpened):
            return event.entry == FOLLOW_UP
        return not isinstance(event, OF_SOMEBODY) and self._running is None

    def _gave(self, request: ActionRequested, event: AnyEvent) -> bool:
        """Whether this is what the action that came back said or set: then its stub does."""
        answer = self._stubs[request.action][-1]
        match event:
            case SlotsSet(values=values):
                answer["events"] += [{"event": "slot", "name": name, "value": value} for name, value in values.items()]
            case BotSaid(flow=request.flow, step=request.step) if not (event.menu and _validates(request)):
                answer["responses"].append(_response(event))
                self._steps += _heard(event)
            case _:
                self._came_back = None
                return False
        return True

    def _note_outcome(self, event: AnyEvent) -> None:
        match event:
            case BotSaid():
                self._steps += _heard(event)
            case StepReached(step_kind="language") if isinstance(self._first, ConversationOpened):
                self._customer["language"] = NOBODYS
            case SurveySent(name=name):
                self._steps.append({"survey_asked": name})
            case HandoffRequested(queue=queue):
                self._steps.append({"handed_off": queue})
            case HandoffRefused(queue=queue, reason=reason) if reason in ("no_agent", "full"):
                self._desk[queue] = reason
            case CallbackRequested(queue=queue):
                self._steps.append({"callback_requested": queue})
            case TicketOpened(department=department):
                self._steps.append({"ticket_opened": department})
            case FollowUpBooked(flow=flow):
                self._steps.append({"follow_up_booked": flow})
            case ConversationClosed(reason=reason):
                self._steps.append({"ended": reason})
            case _:
                self._note_agent(event)

    def _note_agent(self, event: AnyEvent) -> None:
        match event:
            case HandoffTaken():
                self._steps.append({"agent": "/take"})
            case AgentSaid(content=content):
                self._steps.append({"agent": content.text.text})
            case HandoffReleased() if not isinstance(self._first, HandoffTransferred):
                self._steps.append({"agent": "/release"})
            case HandoffTransferred(queue=queue):
                self._steps.append({"agent": f"/transfer {queue}" if queue else "/release"})
            case HandoffClosed(disposition=disposition, by=by) if by != BY_CUSTOMER:
                self._steps.append({"agent": f"/close {disposition or ''}".rstrip()})


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


def _heard(event: BotSaid) -> Iterator[Step]:
    """What the bot said, and all options of a question where they stand on one page."""
    if event.content.text.text:
        yield {"bot": event.content.text.text}
    if event.menu and all(choice.role != "page" for choice in event.choices):
        yield {"menu": [choice.label for choice in event.choices if choice.role == "option"]}


def _duration(seconds: float) -> str:
    """Whole seconds, rounded up so that what was due is due, in the largest units: `1h30m`."""
    rest, written = max(1, math.ceil(seconds)), ""
    for unit, size in UNITS:
        count, rest = divmod(rest, size)
        written += f"{count}{unit}" if count else ""
    return written
