"""Where customers are told what they did not ask for just now."""

from bot.service.case import Case
from bot.service.work import Work
from storage import customers


def listening(work: Work, case: Case) -> Case | None:
    """The conversation that is open at the address of this one, or was last; none when nobody is known there any more.

    What is said belongs into the newest one: that is what a page shows that comes back.
    """
    key = (case.channel, case.address)
    if not case.conversation.closed:
        return case
    known = customers.find(work.connection, [key]).get(key)
    if known is None or known.id != case.customer_id:  # who was forgotten is not met anew, nor spoken to as another
        return None
    work.call_on(customers.Caller(channel=case.channel, address=case.address))
    return work.open_case(key) or work.last_case(key) or case
