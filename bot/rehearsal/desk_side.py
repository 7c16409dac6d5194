"""The agents' side of a test: opening hours, and what the desk answers when a flow asks for a person."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from bot.content import Value
from bot.desk.desk_file import Department, Desk, Queue
from bot.desk.hours import closure_at, is_open, opens_at
from bot.desk.waiting import ANSWER_SECONDS
from bot.engine.conversation import OpenHandoff
from bot.engine.inputs import AnyHeard, CustomerSilent, HandoffUnavailable, QueueJoined, TicketStands, TimePassed
from bot.engine.program import spoken
from bot.events import HandoffRequested
from bot.rehearsal.case import EVERY_QUEUE, Case, DeskState
from bot.rehearsal.scene import Opened

Refusal = Literal["closed", "no_agent", "full"]


class Admission(Value, frozen=True, kw_only=True):
    """The desk's answer; when it is a yes, the queue and until when the customer waits there at most."""

    heard: QueueJoined | HandoffUnavailable
    queue: str | None = None
    until: datetime | None = None


class DeskSide:
    """The desk as its file has it, in the state that the test says. Nobody else waits, and an agent can come."""

    def __init__(self, desk: Desk, case: Case) -> None:
        self.desk = desk
        self._case = case

    def queue(self, name: str) -> Queue:
        """The queue of this name, or else the default one."""
        return self.desk.queue_named(name)

    def is_open(self, calendar: str, now: datetime) -> bool:
        """By the clock, if the test sets one; else always, unless it says that the desk is closed."""
        if self._case.at is None:
            return self._case.desk.get(EVERY_QUEUE) != "closed"
        known = self.desk.calendars.get(calendar)
        return known is None or is_open(known, now)

    def answer(self, request: HandoffRequested, queue: str, now: datetime) -> Admission:
        """Take the hand-off in, here or where the queue overflows to, or say why not."""
        asked_for = self.queue(queue)
        calendar = request.calendar if request.calendar in self.desk.calendars else asked_for.calendar
        state = self._state(asked_for)
        if state == "closed" or not self.is_open(calendar, now):
            opening, closure = opens_at(self.desk.calendars[calendar], now), self._closure(calendar, now)
            return _refused(request, "closed", opening.isoformat() if opening else None, closure)
        taken_in: Queue | None = asked_for
        while taken_in is not None and self._state(taken_in) != "open":
            taken_in = self.desk.queues[taken_in.overflow] if taken_in.overflow else None
        if taken_in is None:
            return _refused(request, "full" if state == "full" else "no_agent")
        patience = request.max_wait_seconds or taken_in.max_wait_seconds
        return Admission(
            heard=QueueJoined(handoff=request.handoff, position=1),
            queue=taken_in.name,
            until=now + timedelta(seconds=patience) if patience else None,
        )

    def silent_at(
        self, before: datetime | None, handoff: OpenHandoff | None, heard: AnyHeard, now: datetime
    ) -> datetime | None:
        """When who waits has said nothing for too long, after this was heard; none for who does not wait."""
        if handoff is None or handoff.agent is not None or handoff.position is None:
            return None
        if isinstance(heard, CustomerSilent):
            return now + timedelta(seconds=ANSWER_SECONDS)
        seconds = self.queue(handoff.queue).silent_after_seconds
        if isinstance(heard, TimePassed):
            return before
        return None if seconds is None else now + timedelta(seconds=seconds)

    def ticket(self, tickets: Sequence[Opened], number: int, language: str) -> TicketStands:
        """How the ticket of this number stands: open, or not there. `tickets` are all of this customer."""
        opened = next((each for each in tickets if each.ticket.number == number), None)
        if opened is None:
            return TicketStands(number=number)
        ticket = opened.ticket
        department = self.desk.departments.get(ticket.department, Department(name=ticket.department))
        due = opened.at + timedelta(seconds=department.due_seconds) if department.due_seconds else None
        return TicketStands(
            number=number,
            state="open",
            department=spoken(department.title, language, ()) or ticket.department,
            title=ticket.title,
            due_at=due.isoformat() if due else None,
        )

    def speaks_from(self, calendar: str | None, moment: datetime) -> datetime:
        """From when on a customer may be spoken to unasked: at once, or when the calendar opens next."""
        known = self.desk.calendars.get(calendar or "")
        return moment if known is None or is_open(known, moment) else opens_at(known, moment) or moment

    def _closure(self, calendar: str, now: datetime) -> dict[str, str]:
        closure = closure_at(self.desk.calendars[calendar], now) if self._case.at is not None else None
        return closure.say if closure else {}

    def _state(self, queue: Queue) -> DeskState:
        return self._case.desk.get(queue.name, self._case.desk.get(EVERY_QUEUE, "open"))


def _refused(
    request: HandoffRequested, reason: Refusal, opens: str | None = None, closure: dict[str, str] | None = None
) -> Admission:
    return Admission(
        heard=HandoffUnavailable(handoff=request.handoff, reason=reason, opens_at=opens, closure=closure or {})
    )
