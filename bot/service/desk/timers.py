"""What is done when a timer of the desk runs out."""

from bot.service.case import Case
from bot.service.departments import callback_keeping, ticket_keeping
from bot.service.desk import late_answers, offers, wait_timers, wrapping_up
from bot.service.desk import moves as desk_moves
from bot.service.work import Work
from storage.desk_timers import Timer


def ring(work: Work, case: Case, timer: Timer) -> None:
    """Do what the timer is for. It is taken away already."""
    match timer.kind:
        case kind if kind in late_answers.KINDS:
            late_answers.ring(work, case, timer)
        case kind if kind in wait_timers.KINDS:
            wait_timers.ring(work, case, timer)
        case desk_moves.OFFER:
            offers.lapse(work, case, timer.subject)
        case wrapping_up.WRAP_UP:
            wrapping_up.give_up(work, case, timer.subject)
        case ticket_keeping.TIMER:
            ticket_keeping.remind(work, case, timer.subject)
        case callback_keeping.TIMER:
            callback_keeping.bring_up(work, case, timer.subject)
        case _:  # of another version of this program
            pass
