"""What is done for who waits when their time has come: they are told their place, or asked whether they are there."""

from bot.desk.waiting import ANSWER_SECONDS
from bot.engine.inputs import CustomerSilent
from bot.service.case import Case
from bot.service.consequences import hear
from bot.service.desk.waiting import PLACE, SILENCE, place_now, start, tell_next, waiting
from bot.service.work import Work
from storage.desk_timers import Timer

KINDS = (PLACE, SILENCE)


def ring(work: Work, case: Case, timer: Timer) -> None:
    """Do what is due. Somebody may have come meanwhile: then nothing is."""
    opened = waiting(case)
    if opened is None or opened.handoff != timer.subject:
        return
    if timer.kind == PLACE:
        place = place_now(work, case, timer.subject)
        if place is not None and (place.longer or place.position != opened.position):
            hear(work, case, place)
        tell_next(work, case, timer.subject, opened.queue)
        return
    hear(work, case, CustomerSilent(handoff=timer.subject))
    if waiting(case) is not None:
        start(work, case, SILENCE, timer.subject, ANSWER_SECONDS)
