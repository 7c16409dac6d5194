"""What the agents see of a conversation while people have it, and where.

Where there are groups, a hand-off has its topic there. Who works privately sees in their own chat what is offered to
them, and whom they have: then the topic is only told how the hand-off stands.
"""

from typing import Literal

import msgspec

from bot.content import Content, RichText
from bot.events import CustomerEdited, CustomerSaid, DeliveryFailed
from bot.ports import AnyDeskOutgoing, Called, DeskCard, DeskLine, DeskOfferOver, DeskPrompt, DeskState
from bot.service.case import Case
from bot.service.desk.cards import DESK as DESK
from bot.service.desk.cards import LINES_SHOWN, SHOWN, card_of, customer_name, desk_address
from bot.service.desk.spoken import FOR_AGENTS, spoken_lines
from bot.service.desk.words import desk_word
from bot.service.private import showing as private_side
from bot.service.work import Work
from storage import event_log, handoffs, private_desk
from storage.agents import Agent
from storage.handoffs import Handoff
from storage.offers import Outcome

TAKEN = "handoff_taken"


def show_card(work: Work, case: Case, handoff: Handoff) -> None:
    """Put the hand-off before the agents."""
    _in_topic(work, case, handoff, card_of(work, case, handoff))
    private_side.invite(work, case, handoff)


def show_state(
    work: Work,
    case: Case,
    handoff_id: str,
    *,
    agent_name: str | None = None,
    outcome: str | None = None,
    called: Called | None = None,
    is_told: bool = False,
) -> None:
    """Show the agents how the hand-off stands now; tell them when somebody has to come, or who is `called`."""
    handoff = handoffs.get(work.connection, handoff_id)
    if handoff is None:
        return
    state = DeskState(
        handoff=handoff.id,
        number=handoff.number,
        state=SHOWN[handoff.state],
        queue=handoff.queue,
        customer=customer_name(work, case),
        agent_name=agent_name,
        outcome=outcome,
        called=called,
        is_told=is_told,
    )
    was_private = any(seen.role == "holder" for seen in private_desk.places(work.connection, handoff.id))
    is_private = private_desk.place_of_holder(work.connection, handoff.id) is not None
    private_side.follow(work, case, handoff, state, is_assigned=called is not None)
    if was_private and not is_private and handoff.state in handoffs.OPEN:
        _catch_up(work, case, handoff)
    _in_topic(work, case, handoff, state)


def _catch_up(work: Work, case: Case, handoff: Handoff) -> None:
    """Show the group what was said where it did not see it: since the last time that somebody took the customer."""
    entries = event_log.read_conversation(work.connection, case.id, kinds=FOR_AGENTS)
    taken = max((place for place, entry in enumerate(entries) if entry.kind == TAKEN), default=0)
    said = spoken_lines(entries[taken:], customer_name(work, case), work.installation.desk_language)
    text = "\n".join(f"{who}: {what}" for who, what in said[-LINES_SHOWN:])
    if text:
        _in_topic(work, case, handoff, DeskLine(handoff=handoff.id, content=Content(text=RichText(text=text))))


# Offers


def show_offer(work: Work, case: Case, handoff: Handoff, agent: Agent, seconds: int) -> None:
    """The hand-off is offered to this agent for so long."""
    _show_on_card(work, case, handoff)
    _in_topic(work, case, handoff, private_side.offer_of(work, case, handoff, agent, seconds))
    private_side.offer_to(work, case, handoff, agent, seconds)


def show_offer_over(work: Work, case: Case, handoff: Handoff, agent: Agent, outcome: Outcome) -> None:
    """It is offered to this agent no more."""
    over = DeskOfferOver(
        handoff=handoff.id,
        number=handoff.number,
        agent=agent.id,
        agent_name=agent.name,
        customer=customer_name(work, case),
        outcome=outcome,
    )
    _in_topic(work, case, handoff, over)
    if handoff.state in handoffs.WAITING:
        _show_on_card(work, case, handoff)
    if agent.telegram_id is not None:
        private_side.withdraw(work, case, private_desk.place_at(agent.telegram_id), over)
    if outcome == "lapsed" and private_side.is_for_all(work, handoff):
        private_side.offer_to(work, case, handoff, agent, 0)  # as to all others, who see it all the time


def _show_on_card(work: Work, case: Case, handoff: Handoff) -> None:
    """The topic follows without a word of its own."""
    state = DeskState(
        handoff=handoff.id,
        number=handoff.number,
        state=SHOWN[handoff.state],
        queue=handoff.queue,
        customer=customer_name(work, case),
    )
    _in_topic(work, case, handoff, state)


def tell_missed(work: Work, case: Case, handoff: Handoff, agent: Agent) -> None:
    """The agent has let several offers lapse and counts as away, until they say that they are there."""
    language = work.installation.desk_language
    text = desk_word("missed_offers", language).format(agent=agent.name)
    _in_topic(work, case, handoff, DeskLine(handoff=handoff.id, content=Content(text=RichText(text=text))))
    tell_away(work, agent, "missed")


def tell_away(work: Work, agent: Agent, why: Literal["missed", "no_answer"]) -> None:
    """Who works privately learns there that they count as away."""
    if agent.works_privately and agent.telegram_id is not None:
        prompt = DeskPrompt(says=why, language=work.installation.desk_language)
        private_side.tell(work, agent.telegram_id, prompt)


# What is said


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
                author=customer_name(work, case),
                source_message_id=event.message_id,
                edited=isinstance(event, CustomerEdited),
                is_awaited=case.conversation.handoff is not None and case.conversation.handoff.agent is not None,
            )
    _show_line(work, case, line, number)


def tell_unshown(work: Work, case: Case, lost: DeskLine | DeskCard) -> None:
    """The desk would not take what the customer wrote: nobody shall think that there was nothing."""
    is_notice = isinstance(lost, DeskLine) and lost.author is None
    if case.handoff == lost.handoff and not is_notice:
        _show_line(work, case, _notice(work, lost.handoff, "unshown"))


def call_attention(work: Work, case: Case, handoff: Handoff, agent: Agent | None, text: str) -> None:
    """Tell those who see the hand-off, and above all the agent who has it."""
    called = Called(name=agent.name, telegram_id=agent.telegram_id) if agent else None
    line = DeskLine(handoff=handoff.id, content=Content(text=RichText(text=text)), called=called)
    _show_line(work, case, line)


def tell_customer_left(work: Work, case: Case) -> None:
    """It is the customer who ends the conversation."""
    if case.handoff is not None:
        _show_line(work, case, _notice(work, case.handoff, "customer_left"))


def tell_joined(work: Work, case: Case) -> None:
    """Whoever has the conversation learns that the customer is one whom we know from elsewhere, too."""
    if case.handoff is not None:
        _show_line(work, case, _notice(work, case.handoff, "joined"))
    refresh_card(work, case)


def refresh_card(work: Work, case: Case) -> None:
    """What is known of the customer has changed, though the hand-off stands as it did: card and topic follow."""
    handoff = handoffs.get(work.connection, case.handoff) if case.handoff is not None else None
    if handoff is not None:
        _show_on_card(work, case, handoff)


def _notice(work: Work, handoff: str, name: str) -> DeskLine:
    return DeskLine(
        handoff=handoff, content=Content(text=RichText(text=desk_word(name, work.installation.desk_language)))
    )


def _show_line(work: Work, case: Case, line: DeskLine, number: int | None = None) -> None:
    handoff = handoffs.get(work.connection, line.handoff)
    if handoff is None:
        return
    place = private_desk.place_of_holder(work.connection, handoff.id)
    if place is None:
        _in_topic(work, case, handoff, line, number)
        return
    named = msgspec.structs.replace(line, number=handoff.number, customer=customer_name(work, case), to=place)
    work.book_elsewhere(case, DESK, place, named, number)


def _in_topic(work: Work, case: Case, handoff: Handoff, outgoing: AnyDeskOutgoing, number: int | None = None) -> None:
    """Show it to all agents, where there is or was a group for that."""
    if work.installation.desk_groups() or handoff.desk_thread is not None:
        work.book_elsewhere(case, DESK, desk_address(handoff.id), outgoing, number)
