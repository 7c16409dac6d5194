"""What an input from outside does: to the conversation that is open, to one that has just ended, or to a new one."""

from bot.engine.ending import belongs_to_closed
from bot.engine.inputs import (
    ActionBroke,
    ActionReturned,
    ContactHeard,
    CustomerBlocked,
    CustomerReturned,
    EditHeard,
    TapHeard,
)
from bot.engine.surveying import conversation_of_token
from bot.events import InputIgnored
from bot.ports import Inbound, Taken
from bot.service import joining
from bot.service.breakdown import break_off, give_up
from bot.service.case import Case
from bot.service.consequences import block, hear
from bot.service.jobs import Job
from bot.service.work import Work
from storage import customers

NO_OPENERS = CustomerBlocked | CustomerReturned | EditHeard


def job_of(inbound: Inbound) -> Job[Taken]:
    """The input as a job. A bug in it is apologised for; if even that fails, the conversation is given up."""
    key = (inbound.channel, inbound.external_id)
    caller = customers.Caller(
        channel=inbound.channel,
        address=inbound.address,
        name=inbound.name,
        username=inbound.username,
        language=inbound.language,
    )
    conversation = _named_in(inbound)
    return Job(
        act=lambda work: _take(work, inbound, conversation),
        again=Taken(duplicate=True),
        key=key,
        caller=None if conversation else caller,
        conversation=conversation,
        broken=(
            lambda work, error: _break_off(work, inbound, conversation, error),
            lambda work, error: _give_up(work, inbound, conversation, error),
            lambda work, error: Taken(failed=True),
        ),
    )


def _named_in(inbound: Inbound) -> str | None:
    """The conversation that the input belongs to, whatever is open at the address."""
    match inbound.heard:
        case ActionReturned(call_id=call) | ActionBroke(call_id=call):
            return call.partition(".")[0]
        case TapHeard(token=token):
            return conversation_of_token(token)
        case _:
            return None


def _take(work: Work, inbound: Inbound, conversation: str | None) -> Taken:
    if conversation is None and (taken := joining.take(work, inbound)) is not None:
        return taken
    case = _case_for(work, inbound, conversation)
    _keep_what_channel_says(work, inbound, case)
    if case is None:
        return Taken(notice="closed" if isinstance(inbound.heard, TapHeard) else None)
    events = hear(work, case, inbound.heard)
    notice = next((event.reason for event in events if isinstance(event, InputIgnored)), None)
    return Taken(conversation=case.id, notice=notice)


def _break_off(work: Work, inbound: Inbound, conversation: str | None, error: str) -> Taken:
    case = work.blank_case(conversation, (inbound.channel, inbound.address)) or _case_for(work, inbound, conversation)
    if case is not None:
        break_off(work, case, error)
    return Taken(conversation=case.id if case else None, failed=True)


def _give_up(work: Work, inbound: Inbound, conversation: str | None, error: str) -> Taken:
    case = work.blank_case(conversation, (inbound.channel, inbound.address))
    if case is not None:
        give_up(work, case, error)
    return Taken(conversation=case.id if case else None, failed=True)


def _case_for(work: Work, inbound: Inbound, conversation: str | None) -> Case | None:
    """The conversation that shall hear this, a new one where it begins one, none where nobody listens any more."""
    key, heard = (inbound.channel, inbound.address), inbound.heard
    if conversation is not None:
        named = work.case(conversation)
        is_foreign = named is not None and isinstance(heard, TapHeard) and (named.channel, named.address) != key
        return None if is_foreign else named
    case = work.open_case(key)
    if case is not None:
        return case
    last = work.last_case(key, lambda case: belongs_to_closed(case.program, case.conversation, heard, work.now))
    if last is not None:
        return last
    return None if isinstance(heard, NO_OPENERS) else work.begin(inbound)


def _keep_what_channel_says(work: Work, inbound: Inbound, case: Case | None) -> None:
    """Whether the customer can be reached, and the number that the channel vouches for."""
    match inbound.heard:
        case CustomerBlocked():
            block(work, inbound.channel, inbound.address)
        case CustomerReturned():
            customers.set_blocked(work.connection, inbound.channel, inbound.address, None)
        case ContactHeard(contact=contact) if contact.own and case is not None:
            joining.prove_phone(work, case, contact.phone)
        case _:
            pass
