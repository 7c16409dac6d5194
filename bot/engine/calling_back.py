"""Callback: a number, a moment, and the customer may go; their place in the queue is kept."""

from datetime import date, datetime, time, timedelta

from bot.content import ContactCard
from bot.engine.answers import Answer, read_phone
from bot.engine.asides import go_on, is_aside
from bot.engine.asking import ask, ask_again, reach
from bot.engine.conversation import Offered, Wait
from bot.engine.dates import DateProblem, read_date, read_time
from bot.engine.flow import END, Callback
from bot.engine.formats import long_moment
from bot.engine.normal import normalise
from bot.engine.questions import REGIONS
from bot.engine.speech import Message, say, say_wording, wording
from bot.engine.talk import UNHEARD, Place, Talk, Unheard
from bot.engine.text import joined
from bot.events import CallbackRequested, HandoffAbandoned, InputRejected

AS_SOON_AS_POSSIBLE = "asap"
FIRST_HOUR = "09:00"  # a day was named, but no hour
LONGEST_MOMENT = 60  # letters: no day with a time is longer
TO_JALALI = (622, 621)  # years, before the Persian new year in March and after it


def run_callback(talk: Talk, step: Callback) -> Place:
    """Take the number of the step's slot, or ask for one."""
    reach(talk, "callback")
    queue = step.queue or talk.program.flow_set.settings.queue or ""
    known = talk.slots.get(step.phone) if step.phone else None
    read = read_phone(str(known), REGIONS.get(talk.language)) if known else None
    if isinstance(read, Answer):
        return _with_phone(talk, queue, str(read.value))
    ask_for_phone(talk, queue)
    return None


def ask_for_phone(talk: Talk, queue: str, others: tuple[Offered, ...] = ()) -> None:
    """Which number? The one that is known is a button; `others` lead elsewhere."""
    known = talk.customer.phone
    offered = ((Offered(label=known, value=known),) if known else ()) + others
    said = Message(text=wording(talk, "callback_ask_phone"))
    ask(talk, "callback", said, offered, topic="phone", expects=None if known else "contact")
    talk.change_wait(draft={"queue": queue})


def answer(talk: Talk, typed: str) -> Place | Unheard:
    """A number or a moment, as the question was; other texts are for others."""
    wait = _wait(talk)
    if wait.topic == "phone":
        read = read_phone(typed, REGIONS.get(talk.language))
        return _with_phone(talk, wait.draft["queue"], str(read.value)) if isinstance(read, Answer) else UNHEARD
    due_at = _read_moment(talk, typed)
    return UNHEARD if due_at is None else _book(talk, wait.draft["queue"], wait.draft["phone"], due_at)


def choose(talk: Talk, value: str) -> Place:
    """A button: the known number, or as soon as possible."""
    wait = _wait(talk)
    if wait.topic == "phone":
        return _with_phone(talk, wait.draft["queue"], value)
    return _book(talk, wait.draft["queue"], wait.draft["phone"], None)


def take_contact(talk: Talk, contact: ContactCard) -> Place | Unheard:
    number = contact.phone if contact.phone.startswith("+") else f"+{contact.phone}"
    return answer(talk, number) if _wait(talk).topic == "phone" else UNHEARD


def not_an_answer(talk: Talk) -> Place:
    """Ask again; after the last try book what is known, or go on without."""
    wait = _wait(talk)
    tries = wait.no_match + 1
    talk.change_wait(no_match=tries)
    asked_for_phone = wait.topic == "phone"
    flow, step = talk.where
    reason = "not_a_phone" if asked_for_phone else "not_a_time"
    talk.record(InputRejected(flow=flow, step=step, reason=reason, tries=tries))
    if tries < talk.program.flow_set.settings.tries:
        say_wording(talk, reason if asked_for_phone else "callback_not_a_moment")
        ask_again(talk)
        return None
    if wait.topic == "when":
        return _book(talk, wait.draft["queue"], wait.draft["phone"], None)
    say_wording(talk, "cancelled")
    return _go_on(talk)


def _with_phone(talk: Talk, queue: str, phone: str) -> Place:
    step = talk.step
    talk.know(phone=phone)
    if not isinstance(step, Callback) or step.when == "asap" or talk.handoff is not None:
        return _book(talk, queue, phone, None)
    soon = Offered(label=wording(talk, "callback_asap").text, value=AS_SOON_AS_POSSIBLE)
    ask(talk, "callback", Message(text=wording(talk, "callback_ask_when")), (soon,), topic="when")
    talk.change_wait(draft={"queue": queue, "phone": phone})
    return None


def _book(talk: Talk, queue: str, phone: str, due_at: datetime | None) -> Place:
    talk.calls += 1
    waiting = talk.handoff
    keeps = waiting.handoff if waiting else talk.last_handoff
    talk.record(
        CallbackRequested(
            callback=f"{talk.id}.c{talk.calls}",
            queue=queue,
            phone=phone,
            due_at=due_at.isoformat() if due_at else None,
            handoff=keeps,
        )
    )
    if waiting is not None:
        talk.record(HandoffAbandoned(handoff=waiting.handoff, reason="callback"))
        talk.handoff = None
    talk.last_handoff = None  # its place is taken by the callback
    taken = (
        wording(talk, "callback_taken_at", phone=phone, when=long_moment(due_at, talk.language))
        if due_at
        else wording(talk, "callback_taken", phone=phone)
    )
    place = (wording(talk, "callback_keeps_place"),) if waiting is not None else ()
    say(talk, Message(text=joined(taken, *place)))
    return _go_on(talk)


def _go_on(talk: Talk) -> Place:
    step = talk.step
    if talk.wait is not None and is_aside(talk.wait) and not _left_people(talk, talk.wait):
        return go_on(talk)
    talk.wait = None
    return talk.next_of(step) if isinstance(step, Callback) else END


def _left_people(talk: Talk, aside: Wait) -> bool:
    """Whether the queue was put aside, and the callback has taken its place."""
    return aside.interrupted is not None and aside.interrupted.kind == "handoff" and talk.handoff is None


def _read_moment(talk: Talk, typed: str) -> datetime | None:
    """A time is the next one of its kind; a day is that day at nine, or at the time beside it. In `now`'s zone."""
    if len(digit := normalise(typed)) == 1 and digit.isdecimal():
        return None  # meant as a choice of the list, where there is none: it would ring at two in the night
    clock = read_time(typed)
    if clock is not None:
        at = _at(talk, talk.local_now.date(), clock)
        return at if at > talk.now else at + timedelta(days=1)
    words = typed.split()
    for place in range(len(words), 0, -1) if len(typed) <= LONGEST_MOMENT else ():
        for first, last in ((words[:place], words[place:]), (words[-place:], words[:-place])):
            day, clock = _read_day(talk, " ".join(first)), read_time(" ".join(last)) if last else FIRST_HOUR
            if day is not None and clock is not None:
                at = _at(talk, day, clock)
                return at if at > talk.now else None
    return None


def _at(talk: Talk, day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), talk.local_now.tzinfo)


def _read_day(talk: Talk, typed: str) -> date | None:
    """The day that was typed; without a year it is the next such day, first of the customer's own calendar."""
    today = talk.local_now.date()

    def read(text: str) -> date | DateProblem:
        return read_date(text, language=talk.language, region=REGIONS.get(talk.language), today=today)

    day = read(typed)
    if day == "no_year":
        calendars = (*TO_JALALI, 0) if talk.language.partition("-")[0] == "fa" else (0, *TO_JALALI)
        years = (year - calendar for calendar in calendars for year in (today.year, today.year + 1))
        days = (read(f"{typed} {year}") for year in years)
        return next((day for day in days if isinstance(day, date) and day >= today), None)
    return day if isinstance(day, date) else None


def _wait(talk: Talk) -> Wait:
    assert talk.wait is not None
    return talk.wait
