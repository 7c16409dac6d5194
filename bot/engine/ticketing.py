"""Tickets: cases that flows open for a department, and how they stand, asked for by number.

The desk gives the number and knows the state. It answers at once, in the same transaction: the conversation rests so
long.
"""

from datetime import datetime

from bot.content import RichText
from bot.engine.asking import ask_again
from bot.engine.conversation import KnownTicket, Wait
from bot.engine.flow import END, Ticket, TicketState
from bot.engine.formats import long_date
from bot.engine.inputs import TicketStands
from bot.engine.normal import ascii_digits
from bot.engine.patterns import TICKET_STATE
from bot.engine.resuming import name_of
from bot.engine.retries import play_pattern, to_a_person
from bot.engine.sharing import attached, shared
from bot.engine.speech import Message, say, say_wording, wording, words
from bot.engine.talk import Place, Talk
from bot.engine.text import joined
from bot.events import TicketAskedAbout, TicketOpened

MOST_TICKETS = 20  # of one conversation; who has more to say needs a person
LONGEST_NUMBER = 12  # digits; no desk has as many tickets


def run_ticket(talk: Talk, step: Ticket) -> Place:
    """Open the ticket, and rest until it has its number. There is no way back before it."""
    if talk.tickets >= MOST_TICKETS:
        return to_a_person(talk, "internal_error", "failed")
    talk.tickets += 1
    flow, here = talk.where
    title = words(talk, step.title).text if step.title else ""
    talk.record(
        TicketOpened(
            ticket=f"{talk.id}.t{talk.tickets}",
            department=step.department,
            ticket_kind=step.kind,
            title=title or name_of(talk, talk.flow_of(talk.stack[-1])),
            body=words(talk, step.body).text if step.body else "",
            shared=shared(talk, step.share),
            attachments=attached(talk, step.attach),
            flow=flow,
            step=here,
        )
    )
    talk.history.clear()
    _wait_for_desk(talk)
    return None


def run_ticket_state(talk: Talk, step: TicketState) -> Place:
    """Ask the desk how the ticket of the slot's number stands."""
    number = read_number(str(talk.slots.get(step.slot, "")))
    if number is None:
        return _unknown(talk, step, str(talk.slots.get(step.slot) or ""))
    talk.record(TicketAskedAbout(number=number))
    _wait_for_desk(talk)
    return None


def read_number(typed: str) -> int | None:
    """The number of a ticket as people write it: `12`, `#12`, `۱۲`."""
    digits = ascii_digits(typed).strip().removeprefix("#").removesuffix(".0")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_NUMBER else None


def _wait_for_desk(talk: Talk) -> None:
    talk.wait = Wait(number=talk.next_wait(), kind="ticket", since=talk.now)


def stands(talk: Talk, heard: TicketStands) -> Place:
    """The desk's answer: the number of the new ticket, or the state of the one that was asked about."""
    step = talk.step
    if talk.wait is None or talk.wait.kind != "ticket":
        return None
    talk.wait = None
    if isinstance(step, TicketState) and heard.state is None:
        return _unknown(talk, step, str(heard.number))
    due = _day(heard.due_at)
    talk.know_ticket(
        KnownTicket(
            number=heard.number,
            state=heard.state or "open",
            department=heard.department,
            title=heard.title,
            due=due,
        )
    )
    if isinstance(step, TicketState):
        _tell_state(talk, heard)
    else:
        _tell_number(talk, heard.number, due)
    return END if step is None else talk.next_of(step)


def _day(moment: str | None) -> str | None:
    return None if moment is None else datetime.fromisoformat(moment).date().isoformat()


def due_by(talk: Talk, moment: str) -> RichText:
    """By which day there will be an answer."""
    return wording(talk, "ticket_due", due=long_date(datetime.fromisoformat(moment).date(), talk.language))


def _tell_number(talk: Talk, number: int, due: str | None) -> None:
    promised = (due_by(talk, due),) if due else ()
    noted, how = wording(talk, "ticket_opened", number=number), wording(talk, "ticket_how_to_ask", number=number)
    say(talk, Message(text=joined(noted, *promised, how)))


def _tell_state(talk: Talk, heard: TicketStands) -> None:
    state = wording(talk, f"ticket_{heard.state}", number=heard.number, department=heard.department, title=heard.title)
    waits = heard.state in ("open", "taken")
    promised = (due_by(talk, heard.due_at),) if waits and heard.due_at is not None else ()
    say(talk, Message(text=joined(state, *promised)))


def _unknown(talk: Talk, step: TicketState, number: str) -> Place:
    say_wording(talk, "ticket_unknown", number=number)
    return step.on_unknown or talk.next_of(step)


def ask_by_command(talk: Talk, argument: str) -> Place:
    """`/ticket 12`: the pattern asks for the number, unless it was written; then on with what was going on."""
    if any(frame.flow == TICKET_STATE for frame in talk.stack):
        ask_again(talk)
        return None
    place = play_pattern(talk, TICKET_STATE) if talk.stack else talk.begin(TICKET_STATE, "pattern")
    number = read_number(argument)
    talk.prefill = None if number is None else str(number)
    return place
