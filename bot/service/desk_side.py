"""What the agents see of a conversation, and who has it."""

from typing import Literal
from zlib import crc32

from bot.content import Content, RichText
from bot.events import (
    CallbackRequested,
    CustomerEdited,
    CustomerSaid,
    DeliveryFailed,
)
from bot.ports import DeskCallback, DeskCard, DeskLine, DeskState
from bot.service.case import Case
from bot.service.desk_words import desk_word, shown_name
from bot.service.spoken import FOR_AGENTS, spoken_lines
from bot.service.work import Work
from storage import agents, event_log, handoffs
from storage.handoffs import Handoff

DESK = "desk"  # the outbox's channel for what agents see
LINES_SHOWN = 40  # of the transcript on a card; the log has it all

Shown = Literal["queued", "taken", "closed", "abandoned", "released"]
SHOWN: dict[handoffs.State, Shown] = {
    "requested": "queued",
    "queued": "queued",
    "released": "released",
    "taken": "taken",
    "closed": "closed",
    "abandoned": "abandoned",
    "refused": "abandoned",
}


def desk_address(handoff: str) -> str:
    """Where what belongs to a hand-off is sent."""
    return f"desk:{handoff}"


def show_card(work: Work, case: Case, handoff: Handoff) -> None:
    """Put the hand-off before the agents."""
    work.book_elsewhere(case, DESK, desk_address(handoff.id), card_of(work, case, handoff))


def card_of(work: Work, case: Case, handoff: Handoff) -> DeskCard:
    """The card of a hand-off as it stands, with what was said until now."""
    customer = _name(work, case)
    entries = event_log.read_conversation(work.connection, case.id, kinds=FOR_AGENTS) + case.entries(work.now)
    agent = agents.get(work.connection, handoff.agent_id) if handoff.agent_id else None
    groups = work.installation.desk_groups()
    return DeskCard(
        handoff=handoff.id,
        number=handoff.number,
        state=SHOWN[handoff.state],
        queue=handoff.queue,
        customer=customer,
        channel=handoff.channel,
        language=handoff.language,
        reason=handoff.reason,
        note=handoff.note,
        collected=tuple((label, text) for label, text in handoff.collected),
        transcript=tuple(spoken_lines(entries, customer, work.installation.desk_language)[-LINES_SHOWN:]),
        agent_name=agent.name if agent else None,
        group=groups[handoff.number % len(groups)] if groups else "",
    )


def _name(work: Work, case: Case) -> str:
    name, language = case.conversation.customer.name, work.installation.desk_language
    return shown_name(name, case.channel, case.customer_id, language)


def pass_on(work: Work, case: Case, event: CustomerSaid | CustomerEdited | DeliveryFailed, number: int) -> None:
    """While people have the conversation they see what the customer writes, and what could not be delivered."""
    if case.handoff is None:
        return
    match event:
        case DeliveryFailed():
            line = _notice(work, case.handoff, "undelivered_blocked" if event.code == "blocked" else "undelivered")
        case CustomerSaid() | CustomerEdited():
            tapped = event.tapped if isinstance(event, CustomerSaid) else None
            line = DeskLine(
                handoff=case.handoff,
                content=Content(text=RichText(text=tapped)) if tapped else event.content,
                author=_name(work, case),
                source_message_id=event.message_id,
                source_address=case.address,
                edited=isinstance(event, CustomerEdited),
            )
    work.book_elsewhere(case, DESK, desk_address(case.handoff), line, number)


def tell_unshown(work: Work, case: Case, lost: DeskLine) -> None:
    """The desk would not take what the customer wrote: nobody shall think that there was nothing."""
    if case.handoff == lost.handoff and lost.author is not None:
        work.book_elsewhere(case, DESK, desk_address(lost.handoff), _notice(work, lost.handoff, "unshown"))


def _notice(work: Work, handoff: str, name: str) -> DeskLine:
    return DeskLine(
        handoff=handoff, content=Content(text=RichText(text=desk_word(name, work.installation.desk_language)))
    )


def tell_of_callback(work: Work, case: Case, requested: CallbackRequested) -> None:
    """A number that is only kept is never called."""
    groups = work.installation.desk_groups()
    if not groups:
        return
    callback = DeskCallback(
        queue=requested.queue,
        customer=_name(work, case),
        channel=case.channel,
        language=case.conversation.language,
        phone=requested.phone,
        due_at=requested.due_at,
        group=groups[crc32(requested.callback.encode()) % len(groups)],
    )
    work.book_elsewhere(case, DESK, desk_address(requested.callback), callback)


def show_state(
    work: Work, case: Case, handoff_id: str, *, agent_name: str | None = None, outcome: str | None = None
) -> None:
    """Tell the agents how the hand-off stands now."""
    handoff = handoffs.get(work.connection, handoff_id)
    if handoff is None:
        return
    state = DeskState(
        handoff=handoff.id,
        number=handoff.number,
        state=SHOWN[handoff.state],
        queue=handoff.queue,
        customer=_name(work, case),
        agent_name=agent_name,
        outcome=outcome,
    )
    work.book_elsewhere(case, DESK, desk_address(handoff.id), state)
