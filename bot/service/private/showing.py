"""What agents who work in their private chats see of hand-offs: offers, the card of whom they have, what became of it.

Each of these chats is an address of its own, so that one agent's slow or lost chat holds nobody else back.
"""

import msgspec

from bot.ports import AnyDeskOutgoing, DeskOffer, DeskOfferOver, DeskPrompt, DeskState, Served
from bot.service.case import Case
from bot.service.desk.cards import DESK, card_of, customer_name, missing_dispositions, name_of
from bot.service.work import Work
from storage import agents, handoffs, private_desk
from storage.agents import Agent
from storage.database import Connection
from storage.handoffs import FREE, Handoff


def private_place(agent: Agent) -> str | None:
    """The chat in which this agent works alone, none if they don't."""
    is_private = agent.active and agent.works_privately and agent.telegram_id is not None
    return private_desk.place_at(agent.telegram_id or 0) if is_private else None


def are_there(work: Work, queue: str) -> list[Agent]:
    """Who could take a customer of this queue in their private chat now."""
    found = agents.serving(work.connection, queue)
    return [agent for agent in found if agent.presence == "available" and private_place(agent) is not None]


def invite(work: Work, case: Case, handoff: Handoff) -> None:
    """Where agents pick by themselves, show who waits to all of them but whom they are offered to before the others."""
    if is_for_all(work, handoff):
        for agent in are_there(work, handoff.queue):
            if agent.id != handoff.wanted_agent_id:
                offer_to(work, case, handoff, agent, 0)


def is_for_all(work: Work, handoff: Handoff) -> bool:
    """Whether any agent of its queue may take it now by themselves."""
    queue = work.installation.desk.queues.get(handoff.queue)
    return handoff.state in FREE and queue is not None and queue.distribution == "manual"


def offer_to(work: Work, case: Case, handoff: Handoff, agent: Agent, seconds: int) -> None:
    """Show it to this agent, if they work privately; for so long, or without `seconds` until somebody takes it."""
    place = private_place(agent)
    if place is not None:
        private_desk.enter(work.connection, handoff.id, place, "offered")
        _book(work, case, place, offer_of(work, case, handoff, agent, seconds))


def offer_of(work: Work, case: Case, handoff: Handoff, agent: Agent, seconds: int) -> DeskOffer:
    """What is shown of a hand-off to whom it is offered."""
    return DeskOffer(
        handoff=handoff.id,
        number=handoff.number,
        agent=agent.id,
        agent_name=agent.name,
        telegram_id=agent.telegram_id,
        queue=handoff.queue,
        customer=customer_name(work, case),
        language=handoff.language,
        reason=handoff.reason,
        seconds=seconds,
        collected=tuple((label, text) for label, text in handoff.collected),
    )


def withdraw(work: Work, case: Case, place: str, over: DeskOfferOver) -> None:
    """What was offered there can't be taken there any more."""
    seen = private_desk.place(work.connection, over.handoff, place)
    if seen is not None and seen.role == "offered":
        private_desk.enter(work.connection, over.handoff, place, "past")
        _book(work, case, place, over)


def served_by(connection: Connection, agent_id: str, language: str) -> tuple[Served, ...]:
    """The customers whom an agent has, as they are told apart."""
    held = sorted(handoffs.held_by(connection, agent_id), key=lambda handoff: handoff.number)
    return tuple(served_as(connection, handoff, language) for handoff in held)


def served_as(connection: Connection, handoff: Handoff, language: str) -> Served:
    """One of them."""
    return Served(handoff=handoff.id, number=handoff.number, customer=name_of(connection, handoff, language))


def tell(work: Work, telegram_id: int, prompt: DeskPrompt) -> None:
    """Say this to the agent in their private chat."""
    place = private_desk.place_at(telegram_id)
    work.book_outside(DESK, place, msgspec.structs.replace(prompt, to=place))


def follow(work: Work, case: Case, handoff: Handoff, state: DeskState, *, is_assigned: bool) -> None:
    """The hand-off's state changed: in each private chat that knows of it, what stands there follows."""
    holder = private_desk.place_of_holder(work.connection, handoff.id)
    before = private_desk.places(work.connection, handoff.id)
    for seen in before:
        if seen.role == "offered":
            withdraw(work, case, seen.place, _over(handoff, state, is_holder=seen.place == holder))
        elif seen.role == "holder" and seen.place != holder:
            is_closer = seen.place == _place_of_closer(work, handoff)
            private_desk.enter(work.connection, handoff.id, seen.place, "closer" if is_closer else "past")
            _book(work, case, seen.place, state)
        elif seen.role == "closer":
            private_desk.enter(work.connection, handoff.id, seen.place, "past")
            _book(work, case, seen.place, msgspec.structs.replace(state, is_again=True))
    had = next((seen.place for seen in before if seen.role == "holder"), None)
    if holder is not None and holder != had:
        if not is_assigned:
            _turn_from_the_gone(work, handoff.agent_id or "")
        show_holder(work, case, handoff, holder)
    invite(work, case, handoff)


def _place_of_closer(work: Work, handoff: Handoff) -> str | None:
    """The private chat of who closed it and has yet to say how it ended."""
    if handoff.state != "closed" or handoff.agent_id is None or not missing_dispositions(work, handoff):
        return None
    return private_desk.place_of_agent(work.connection, handoff.agent_id)


def _turn_from_the_gone(work: Work, agent: str) -> None:
    """Who takes a customer by a tap no longer writes to one they don't have any more."""
    now = private_desk.facing(work.connection, agent)
    if now.facing is not None and now.facing not in {one.id for one in handoffs.held_by(work.connection, agent)}:
        private_desk.face(work.connection, agent, None, now.faced_by)


def show_holder(work: Work, case: Case, handoff: Handoff, place: str) -> None:
    """The agent has the customer, and sees them there from now on."""
    private_desk.enter(work.connection, handoff.id, place, "holder")
    _book(work, case, place, msgspec.structs.replace(card_of(work, case, handoff), group=""))


def _over(handoff: Handoff, state: DeskState, *, is_holder: bool) -> DeskOfferOver:
    return DeskOfferOver(
        handoff=handoff.id,
        number=handoff.number,
        agent=handoff.agent_id or "",
        agent_name=state.agent_name or "",
        customer=state.customer,
        outcome="accepted" if is_holder else "withdrawn",
        taken_by=state.agent_name if state.state == "taken" and not is_holder else None,
    )


def _book(work: Work, case: Case, place: str, outgoing: AnyDeskOutgoing) -> None:
    work.book_elsewhere(case, DESK, place, msgspec.structs.replace(outgoing, to=place))
